"""Joining a series, and being told of its dates at the right time."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from alliance.errors import NotFound
from alliance.models import (
    Interest,
    Notification,
    Posting,
    Series,
    SeriesMember,
    Session,
)
from alliance.queries.companies import home_company
from alliance.series_joining import join_series, leave_series
from alliance.visibility import STRANGER, Viewer, employee_viewer, partner_viewer, visible_series
from federation.models import Delivery, Follow, OutboxActivity
from federation.series_chores import give_places, invite_people, make_dates, tell_next_dates
from federation.translate.session_event import EVERYTHING_SAID, event_of
from federation.uris import Uris
from federation.vocabulary.event import parse_event
from federation.wiring import Federation
from tests.alliance.stage import Stage, wall
from tests.federation.series.scene import (
    MONTHLY,
    all_dates,
    count,
    in_calendar,
    join,
    publish,
    states,
)
from tests.support.clock import FrozenClock


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
