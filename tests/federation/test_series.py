"""Joining a series, being told of its dates at the right time, and what other companies say of theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.errors import NotFound
from alliance.models import (
    Attendance,
    CalendarEntry,
    Employee,
    Interest,
    Notification,
    Posting,
    Series,
    SeriesMember,
    Session,
)
from alliance.news import SeriesNews
from alliance.queries.companies import home_company
from alliance.recurrence import Rhythm
from alliance.series import SeriesPlan, end_series, publish_series
from alliance.series_joining import MOST_PLACES, join_series, leave_series
from alliance.visibility import STRANGER, Viewer, employee_viewer, partner_viewer, visible_series
from federation.models import Delivery, Follow, OutboxActivity
from federation.series_chores import give_places, invite_people, make_dates, tell_next_dates
from federation.translate.session_event import EVERYTHING_SAID, event_of
from federation.uris import Uris
from federation.vocabulary.event import parse_event
from federation.wiring import Federation
from tests.alliance.stage import Stage, draft, wall
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

TUESDAYS = Rhythm(kind="weekly", weekday=1)
MONTHLY = Rhythm(kind="weekday", weekday=1, position=2)


@pytest.fixture
def wired(founded: Founded, federation: Federation) -> Stage:
    """A founded company whose federation hears everything; the worker's turns are taken by hand."""
    return Stage(founded)


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


async def test_who_joins_has_a_place_at_each_date_and_at_those_to_come(
    wired: Stage, federation: Federation, clock: FrozenClock
) -> None:
    series, lena = await publish(wired, MONTHLY, "2026-04-14 16:00"), await wired.colleague()

    assert await join(wired, series, lena) == 3
    clock.advance(days=30)
    await make_dates(federation)
    await give_places(federation)
    await give_places(federation)

    assert await states(wired, lena) == ["going"] * 4


async def test_a_place_that_was_given_back_is_not_given_again(wired: Stage, federation: Federation) -> None:
    series, lena = await publish(wired), await wired.colleague()
    await join(wired, series, lena)

    await wired.leave((await all_dates(wired))[1], lena)
    await join(wired, series, lena)
    await give_places(federation)

    assert await states(wired, lena) == ["going", "left", *["going"] * 10]


async def test_who_leaves_the_series_leaves_its_dates_and_gets_no_more(
    wired: Stage, federation: Federation, clock: FrozenClock
) -> None:
    series, lena = await publish(wired), await wired.colleague()
    await join(wired, series, lena)

    async with wired.instance.unit_of_work() as uow:
        await leave_series(uow, series.id, lena.id)
    clock.advance(days=8)
    await make_dates(federation)
    await give_places(federation)

    assert set(await states(wired, lena)) == {"left"}
    assert await count(wired, SeriesMember) == 0


async def test_each_date_has_a_waiting_list_of_its_own(wired: Stage) -> None:
    series, lena = await publish(wired, MONTHLY, "2026-04-14 16:00", capacity=1), await wired.colleague()
    mia = await wired.colleague("Mia Kern")
    await wired.join((await all_dates(wired))[1], mia)

    await join(wired, series, lena)

    assert await states(wired, lena) == ["going", "waiting", "going"]


async def test_the_host_and_strangers_join_nothing(wired: Stage) -> None:
    series = await publish(wired)

    assert await join(wired, series, wired.host) == 0
    somebody = await wired.person()
    with pytest.raises(NotFound):
        async with wired.instance.unit_of_work() as uow:
            await join_series(uow, series.id, somebody.id)
    with pytest.raises(NotFound):
        async with wired.instance.unit_of_work() as uow:
            await join_series(uow, 4711, wired.host.id)


async def test_calendars_hear_of_the_next_date_at_once_and_of_each_other_two_weeks_before(
    wired: Stage, federation: Federation, clock: FrozenClock
) -> None:
    series, lena = await publish(wired, MONTHLY, "2026-04-14 16:00"), await wired.colleague()

    await join(wired, series, lena)
    at_once = await in_calendar(wired)
    clock.set(datetime(2026, 4, 27, 9, tzinfo=UTC))
    await invite_people(federation)
    too_early = await in_calendar(wired)
    clock.set(datetime(2026, 4, 29, 9, tzinfo=UTC))
    await invite_people(federation)
    await invite_people(federation)

    assert (at_once, too_early) == (["04-14"], ["04-14"])
    assert await in_calendar(wired) == ["04-14", "05-12"]


async def test_a_later_date_that_is_moved_comes_into_no_calendar_before_its_time(wired: Stage) -> None:
    series, lena = await publish(wired, MONTHLY, "2026-04-14 16:00"), await wired.colleague()
    await join(wired, series, lena)
    third = (await all_dates(wired))[2]

    await wired.edit(third, starts_at=wall("2026-06-10 09:00"), ends_at=wall("2026-06-10 10:00"))

    assert await in_calendar(wired) == ["04-14"]


async def test_timelines_show_the_next_date_and_each_other_when_it_is_the_next(
    wired: Stage, federation: Federation, clock: FrozenClock
) -> None:
    await publish(wired)

    async def listed() -> list[str]:
        async with wired.instance.reading() as db:
            rows = await db.scalars(
                select(Session.slot)
                .join(Posting, Posting.session_id == Session.id)
                .where(Posting.kind == "session", Posting.is_listed, Posting.lane == "words")
                .order_by(Posting.id)
            )
            return [f"{day:%m-%d}" for day in rows if day]

    at_first = await listed()
    await tell_next_dates(federation)
    unchanged = await listed()
    clock.advance(days=2)
    await tell_next_dates(federation)

    assert (at_first, unchanged) == (["03-17"], ["03-17"])
    assert await listed() == ["03-17", "03-24"]
    assert await count(wired, Posting, Posting.kind == "session") == 12


async def test_followers_hear_of_one_date_at_a_time(
    wired: Stage, federation: Federation, clock: FrozenClock
) -> None:
    uris = Uris(wired.instance.settings.origin)
    async with wired.instance.unit_of_work() as uow:
        uow.db.add(
            Follow(
                id=uow.new_id(),
                follower_uri="https://social.example/users/mo",
                followed_uri=uris.company,
                inbox="https://social.example/inbox",
                state="accepted",
                activity_uri="https://social.example/follows/1",
                created_at=uow.now,
            )
        )
    await publish(wired)

    async def creates() -> int:
        async with wired.instance.reading() as db:
            sent = (
                select(func.count(func.distinct(OutboxActivity.object_uri)))
                .join(Delivery, Delivery.activity_id == OutboxActivity.id)
                .where(OutboxActivity.type == "Create", Delivery.inbox == "https://social.example/inbox")
            )
            return await db.scalar(sent) or 0

    assert await creates() == 1
    clock.advance(days=2)
    await tell_next_dates(federation)
    await tell_next_dates(federation)
    assert await creates() == 2


async def test_who_follows_a_topic_is_told_of_a_series_once(wired: Stage) -> None:
    lena = await wired.colleague()
    async with wired.instance.unit_of_work() as uow:
        company = await home_company(uow.db)
        uow.db.add(
            Interest(id=uow.new_id(), person_id=lena.id, company_id=company.id, notifies=True, since=uow.now)
        )

    await publish(wired)

    assert await count(wired, Notification, Notification.person_id == lena.id) == 1


async def test_an_event_says_which_series_it_is_a_date_of_and_no_rule(wired: Stage) -> None:
    series = await publish(wired, is_leaders=True)

    async with wired.instance.reading() as db:
        session = await db.scalar(select(Session).limit(1).options(*EVERYTHING_SAID))
        assert session is not None
        body = event_of(session, Uris("https://nordlicht.example")).as_json()

    assert body["sc:superEvent"] == {
        "type": "sc:EventSeries",
        "id": f"https://nordlicht.example/series/{series.id}",
        "url": f"https://nordlicht.example/series/{series.id}",
        "name": "Makers",
        "summaryMap": {"de": "jeden Dienstag, 16:00 Uhr", "en": "every Tuesday, 16:00"},
    }
    assert "FREQ" not in str(body)
    again = parse_event(body)
    assert again.series is not None
    assert (again.series.id, again.series.name) == (body["sc:superEvent"]["id"], "Makers")


async def test_a_series_for_fewer_people_is_not_named_by_its_older_dates(wired: Stage) -> None:
    series = await publish(wired)
    async with wired.instance.unit_of_work() as uow:
        (await uow.db.get_one(Series, series.id)).audience = "alliance"

    async with wired.instance.reading() as db:
        session = await db.scalar(select(Session).limit(1).options(*EVERYTHING_SAID))
        assert session is not None
        assert event_of(session, Uris("https://nordlicht.example")).series is None
        assert await db.scalar(select(Series.id).where(visible_series(STRANGER))) is None


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("public", {"stranger", "employee", "ally", "unknown"}),
        ("alliance", {"employee", "ally"}),
        ("company", {"employee"}),
    ],
)
async def test_a_series_is_seen_by_those_whom_it_is_for(
    wired: Stage, audience: str, seen_by: set[str]
) -> None:
    await publish(wired, audience=audience)
    ally, other = await wired.ally(), await wired.know("werft.example")
    viewers: dict[str, Viewer] = {
        "stranger": STRANGER,
        "employee": employee_viewer(wired.admin.id),
        "ally": partner_viewer(ally.id),
        "unknown": partner_viewer(other.id),
    }

    async with wired.instance.reading() as db:
        seen = {
            name
            for name, viewer in viewers.items()
            if await db.scalar(select(Series.id).where(visible_series(viewer))) is not None
        }

    assert seen == seen_by


def told(number: int = 1, title: str = "Werkstatt", host: str = "alpenwerk.example") -> SeriesNews:
    return SeriesNews(f"https://{host}/series/{number}", title, {"de": "jeden Montag", "xx-nonsense": "?"})


async def test_dates_of_an_ally_belong_together(wired: Stage) -> None:
    ally = await wired.ally()
    for number in (1, 2):
        await wired.theirs(
            ally, number, series=told(), starts_at=datetime(2026, 4, number, 9, tzinfo=UTC), ends_at=None
        )

    async with wired.instance.reading() as db:
        series = (await db.scalars(select(Series))).one()
    assert {one.series_id for one in await all_dates(wired)} == {series.id}
    assert (series.title, series.rhythm, series.rule, series.audience) == (
        "Werkstatt",
        {"de": "jeden Montag"},
        None,
        "public",
    )


async def test_nobody_puts_their_session_into_the_series_of_others(wired: Stage) -> None:
    """On another server, on ours, or a series of another ally that is known already."""
    ally, other = await wired.ally(), await wired.ally("werft.example")
    await wired.theirs(other, 1, series=told(host="werft.example"))
    ours = await publish(wired)

    for number, uri in enumerate(
        (
            "https://werft.example/series/1",
            f"https://nordlicht.example/series/{ours.id}",
            "https://alpenwerk.example.evil.example/series/1",
            "javascript:alert(1)",
            "https://alpenwerk.example/" + "x" * 600,
        ),
        10,
    ):
        session = await wired.theirs(ally, number, series=SeriesNews(uri, "Mine now"))
        assert session.series_id is None, uri

    async with wired.instance.reading() as db:
        titles = list((await db.scalars(select(Series.title).order_by(Series.title))).all())
    assert titles == ["Makers", "Werkstatt"]


async def test_an_older_date_does_not_rename_the_series_and_a_date_may_change_it(wired: Stage) -> None:
    ally = await wired.ally()
    now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    await wired.theirs(ally, 1, series=told(title="New name"), updated_at=now)
    await wired.theirs(ally, 2, series=told(title="Old name"), updated_at=now - timedelta(days=1))
    await wired.theirs(ally, 2, series=told(7, "Another"), updated_at=now + timedelta(minutes=1))
    await wired.theirs(ally, 1, series=None, updated_at=now + timedelta(minutes=1))

    async with wired.instance.reading() as db:
        rows = await db.execute(
            select(Session.uri, Series.title).outerjoin(Series, Series.id == Session.series_id)
        )
        names = {row.uri.rpartition("/")[2]: row.title for row in rows}
        titles = set((await db.scalars(select(Series.title))).all())
    assert names == {"1": None, "2": "Another"}
    assert titles == {"New name", "Another"}


async def test_ten_thousand_dates_fill_nobodys_calendar(wired: Stage, federation: Federation) -> None:
    ally, lena = await wired.ally(), await wired.colleague()
    first = datetime(2026, 4, 1, 9, tzinfo=UTC)

    async def more(numbers: range) -> None:
        for number in numbers:
            starts_at = first + timedelta(hours=number)
            await wired.theirs(ally, number, series=told(), starts_at=starts_at, ends_at=None)

    await more(range(1, 3))
    async with wired.instance.reading() as db:
        series = (await db.scalars(select(Series))).one()
    await join(wired, series, lena)
    await more(range(3, 40))
    await give_places(federation)

    assert len(await states(wired, lena)) == MOST_PLACES
    assert await count(wired, CalendarEntry) == 0
    assert await count(wired, Posting, Posting.kind == "session", Posting.is_listed) == 1


async def test_the_end_of_a_series_is_no_flood(wired: Stage) -> None:
    series, lena = await publish(wired), await wired.colleague()
    await join(wired, series, lena)

    async with wired.instance.unit_of_work() as uow:
        await end_series(uow, series.id, wired.host)

    assert set(await states(wired, lena)) == {"going"}
    assert await in_calendar(wired) == []
