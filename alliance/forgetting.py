"""Forgets what is past its time, in small steps that cost the same however much there is."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, delete, select, update

from alliance.identifiers import first_identifier_of
from alliance.models import Attendance, Letter, Message, Notification, Person, Report, Session
from alliance.retention import kept_for
from alliance.unit_of_work import UnitOfWork

AT_ONCE = 500


async def forget_names(uow: UnitOfWork) -> int:
    """Names in sessions that were over long enough ago: guests' rows go, and those of whoever was not there.

    What remains is the row of somebody of ours who was there, closed: for that person's own list alone.
    The number of people stays in the session.
    """
    old = uow.now - kept_for(uow.settings.retention, "attendance")
    chosen = await uow.db.execute(
        select(Attendance.id, Attendance.state, Person.uri, Session.ends_at)
        .join(Session, Session.id == Attendance.session_id)
        .join(Person, Person.id == Attendance.person_id)
        # Who came asked before the end, so old sessions are found by old numbers.
        .where(
            Attendance.closed_at.is_(None), Attendance.id < first_identifier_of(old), Session.ends_at < old
        )
        .limit(AT_ONCE)
    )
    rows = chosen.all()
    own = [row.id for row in rows if row.uri is None and row.state == "going"]
    others = [row.id for row in rows if row.id not in set(own)]
    if own:
        closed = {"closed_at": uow.now, "personal_link": None, "request_uri": None, "language": None}
        await _do(uow, update(Attendance).where(Attendance.id.in_(own)).values(closed))
    if others:
        await _do(uow, delete(Attendance).where(Attendance.id.in_(others)))
    return len(rows)


async def forget_own_attendances(uow: UnitOfWork) -> int:
    """What somebody attended long ago leaves their own list."""
    old = uow.now - kept_for(uow.settings.retention, "own_attendance")
    chosen = (
        select(Attendance.id)
        .join(Session, Session.id == Attendance.session_id)
        .where(Attendance.id < first_identifier_of(old), Session.ends_at < old)
        .limit(AT_ONCE)
    )
    return await _do(uow, delete(Attendance).where(Attendance.id.in_(chosen.scalar_subquery())))


async def forget_notifications(uow: UnitOfWork) -> int:
    """Notifications, read or not."""
    return await _forget_older(uow, Notification, "notifications")


async def forget_letters(uow: UnitOfWork) -> int:
    """Letters, on the side of whoever wrote them and of whoever got them."""
    return await _forget_older(uow, Letter, "letters")


async def forget_messages(uow: UnitOfWork) -> int:
    """Messages between people and their instance."""
    return await _forget_older(uow, Message, "messages")


async def forget_reports(uow: UnitOfWork) -> int:
    """Reports that were decided."""
    old = uow.now - kept_for(uow.settings.retention, "reports")
    return await _forget(uow, Report, Report.state == "closed", Report.closed_at < old, since=old)


STEPS = (
    forget_names,
    forget_own_attendances,
    forget_notifications,
    forget_letters,
    forget_messages,
    forget_reports,
)
"""Each does at most AT_ONCE rows and tells how many; whoever calls repeats it until there are none."""


async def _forget_older(uow: UnitOfWork, model: Any, rule: str) -> int:
    return await _forget(uow, model, since=uow.now - kept_for(uow.settings.retention, rule))


async def _forget(uow: UnitOfWork, model: Any, *where: ColumnElement[bool], since: datetime) -> int:
    """Rows were minted when they were made, so the oldest are found by their numbers."""
    chosen: Select[int] = select(model.id).where(model.id < first_identifier_of(since), *where)
    chosen = chosen.order_by(model.id).limit(AT_ONCE)
    return await _do(uow, delete(model).where(model.id.in_(chosen.scalar_subquery())))


async def _do(uow: UnitOfWork, statement: Any) -> int:
    done = await uow.db.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0
