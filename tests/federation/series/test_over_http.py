"""A monthly meetup of one company, joined as a series by somebody of another, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alliance.drafting import SessionDraft
from alliance.models import Attendance, Person, Series, Session
from alliance.publishing import cancel_session
from alliance.recurrence import Rhythm
from alliance.series import SeriesPlan, change_series, leave_out, publish_series
from alliance.series_dates import make_due_dates
from alliance.series_joining import join_series
from alliance.times import wall_time
from federation.series_chores import give_places
from tests.federation.neighbourhood import SECRET_LINK, Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def two(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke and Linde are allied."""
    async with neighbourhood(databases, tmp_path, "birke", "linde") as companies:
        await ally(*companies)
        yield companies


def plan(here: Neighbour, title: str = "Makers") -> SeriesPlan:
    """Every four weeks, so that three dates are in the window."""
    starts_at = (here.instance.clock.now() + timedelta(days=3)).replace(microsecond=0)
    draft = SessionDraft(
        title=title,
        description="Bring what you made.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        meeting_link=SECRET_LINK,
        language="en",
        timezone="Europe/Berlin",
    )
    weekday = wall_time(starts_at, "Europe/Berlin").weekday()
    return SeriesPlan(draft=draft, rhythm=Rhythm(kind="weekly", every=4, weekday=weekday))


async def dates(here: Neighbour) -> list[Session]:
    async with here.instance.reading() as db:
        return list((await db.scalars(select(Session).order_by(Session.starts_at))).all())


async def states(here: Neighbour) -> list[str]:
    async with here.instance.reading() as db:
        rows = select(Attendance.state).join(Session, Session.id == Attendance.session_id)
        return list((await db.scalars(rows.order_by(Session.starts_at))).all())


async def test_a_series_is_joined_date_by_date_and_new_dates_come_by_themselves(two: list[Neighbour]) -> None:
    birke, linde = two
    async with birke.instance.unit_of_work() as uow:
        ours = await publish_series(uow, birke.employee.id, plan(birke))

    async def all_there(number: int) -> bool:
        return len(await dates(linde)) == number

    await eventually(lambda: all_there(3))
    async with linde.instance.reading() as db:
        theirs = (await db.scalars(select(Series))).one()
    assert (theirs.uri, theirs.title, theirs.rule) == (f"{birke.origin}/series/{ours.id}", "Makers", None)
    assert theirs.rhythm["en"].startswith("every four weeks on ")

    async with linde.instance.unit_of_work() as uow:
        assert await join_series(uow, theirs.id, linde.employee.id) == 3

    async def are_in(number: int) -> bool:
        return await states(linde) == ["going"] * number == await states(birke)

    await eventually(lambda: are_in(3))

    async with birke.instance.unit_of_work() as uow:
        last = (await dates(birke))[-1]
        assert last.slot is not None
        await leave_out(uow, ours.id, last.slot + timedelta(weeks=4), birke.employee)
        series = await uow.db.get_one(Series, ours.id)
        series.due_at = uow.now
    await cancel_first(birke)
    async with birke.instance.unit_of_work() as uow:
        await make_due_dates(uow)
    await eventually(lambda: all_there(4))
    await give_places(linde.federation)

    async def is_in_the_new_one() -> bool:
        return (await states(linde))[-1:] == ["going"] and len(await states(linde)) == 4

    await eventually(is_in_the_new_one)
    async with birke.instance.reading() as db:
        people = await db.scalar(select(func.count()).select_from(Person).where(Person.uri.is_not(None)))
    assert people == 1


async def cancel_first(birke: Neighbour) -> None:
    async with birke.instance.unit_of_work() as uow:
        await cancel_session(uow, (await dates(birke))[0].id, "", birke.employee)


async def test_what_follows_is_changed_over_there_as_well(two: list[Neighbour]) -> None:
    birke, linde = two
    async with birke.instance.unit_of_work() as uow:
        await publish_series(uow, birke.employee.id, plan(birke))

    async def titles(expected: list[str]) -> bool:
        return [one.title for one in await dates(linde)] == expected

    await eventually(lambda: titles(["Makers"] * 3))
    second = (await dates(birke))[1]
    changed = plan(birke, "Makers and menders")
    draft = SessionDraft(
        **{**changed.draft.__dict__, "starts_at": second.starts_at, "ends_at": second.ends_at}
    )
    async with birke.instance.unit_of_work() as uow:
        new = SeriesPlan(draft=draft, rhythm=changed.rhythm)
        await change_series(uow, second.id, new, birke.employee)

    await eventually(lambda: titles(["Makers", "Makers and menders", "Makers and menders"]))
    async with linde.instance.reading() as db:
        assert list((await db.scalars(select(Series.title))).all()) == ["Makers and menders"]
