"""Series to test with, and what has become of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from alliance.models import (
    Attendance,
    CalendarEntry,
    Employee,
    Series,
    Session,
)
from alliance.recurrence import Rhythm
from alliance.series import SeriesPlan, publish_series
from alliance.series_joining import join_series
from tests.alliance.stage import Stage, draft, wall

TUESDAYS = Rhythm(kind="weekly", weekday=1)
MONTHLY = Rhythm(kind="weekday", weekday=1, position=2)


async def publish(
    stage: Stage, rhythm: Rhythm = TUESDAYS, first: str = "2026-03-17 16:00", **more: Any
) -> Series:
    starts_at = wall(first)
    given = draft(title="Makers", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **more)
    async with stage.instance.unit_of_work() as uow:
        return await publish_series(uow, stage.host.id, SeriesPlan(draft=given, rhythm=rhythm))


async def join(stage: Stage, series: Series, who: Employee) -> int:
    async with stage.instance.unit_of_work() as uow:
        return await join_series(uow, series.id, who.id)


async def states(stage: Stage, who: Employee) -> list[str]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(
            select(Attendance.state)
            .join(Session, Session.id == Attendance.session_id)
            .where(Attendance.person_id == who.id)
            .order_by(Session.starts_at)
        )
        return list(rows.all())


async def all_dates(stage: Stage) -> list[Session]:
    async with stage.instance.reading() as db:
        return list((await db.scalars(select(Session).order_by(Session.starts_at))).all())


async def in_calendar(stage: Stage) -> list[str]:
    """The days that stand in calendars."""
    async with stage.instance.reading() as db:
        rows = await db.scalars(
            select(Session.slot)
            .join(Attendance, Attendance.session_id == Session.id)
            .join(CalendarEntry, CalendarEntry.attendance_id == Attendance.id)
            .where(CalendarEntry.is_there)
            .order_by(Session.slot)
        )
        return [f"{day:%m-%d}" for day in rows if day]


async def count(stage: Stage, table: Any, *where: Any) -> int:
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(table).where(*where)) or 0
