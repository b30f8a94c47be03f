"""Series: their window of dates, what changes for one date and what for all that follow, and their end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance.employing import disable_employee
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.models import CoHost, Employee, Series, SeriesDate, Session
from alliance.publishing import edit_session
from alliance.recurrence import Rhythm
from alliance.series import (
    SeriesPlan,
    change_series,
    end_series,
    leave_out,
    publish_series,
)
from alliance.series_dates import make_due_dates
from tests.alliance.stage import LINK, Stage, draft, wall

TUESDAYS = Rhythm(kind="weekly", weekday=1)
SECOND_TUESDAYS = Rhythm(kind="weekday", weekday=1, position=2)


def plan(rhythm: Rhythm = SECOND_TUESDAYS, first: str = "2026-04-14 16:00", **changes: Any) -> SeriesPlan:
    """A meetup of an hour: on the second Tuesday of the month, from April on."""
    turns = changes.pop("turns", ())
    starts_at = wall(first)
    ends_at = starts_at + timedelta(hours=1)
    made = draft(title="Meetup of the makers", starts_at=starts_at, ends_at=ends_at, **changes)
    return SeriesPlan(draft=made, rhythm=rhythm, turns=turns)


async def publish(stage: Stage, *arguments: Any, host: Employee | None = None, **changes: Any) -> Series:
    async with stage.instance.unit_of_work() as uow:
        return await publish_series(uow, (host or stage.host).id, plan(*arguments, **changes))


async def sessions(stage: Stage) -> list[Session]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(select(Session).order_by(Session.starts_at, Session.id))
        return list(rows.all())


async def dates(stage: Stage) -> list[str]:
    """When sessions take place, in UTC, with their state where it is another than scheduled."""
    return [
        f"{one.starts_at:%m-%d %H:%M}" + ("" if one.status == "scheduled" else f" {one.status}")
        for one in await sessions(stage)
    ]


async def turn(stage: Stage) -> int:
    """What the worker does, until there is nothing to do."""
    done = 0
    while True:
        async with stage.instance.unit_of_work() as uow:
            if not await make_due_dates(uow):
                return done
        done += 1


async def test_a_monthly_series_has_at_least_three_dates_across_the_change_of_clocks(stage: Stage) -> None:
    await publish(stage, first="2026-10-13 16:00")

    # Berlin puts its clocks back on 25 October: four in the afternoon stays four in the afternoon.
    assert await dates(stage) == ["10-13 14:00", "11-10 15:00", "12-08 15:00"]


async def test_a_weekly_series_has_twelve_weeks(stage: Stage) -> None:
    await publish(stage, TUESDAYS, "2026-03-17 16:00")

    found = await dates(stage)

    assert (len(found), found[0], found[1], found[-1]) == (12, "03-17 15:00", "03-24 15:00", "06-02 14:00")


async def test_each_date_is_a_session_of_its_own(stage: Stage) -> None:
    series = await publish(stage, topics=("Optik",), capacity=7)

    first, second, third = await sessions(stage)

    assert {one.series_id for one in (first, second, third)} == {series.id}
    assert [one.slot for one in (first, second, third)] == [
        date(2026, 4, 14),
        date(2026, 5, 12),
        date(2026, 6, 9),
    ]
    assert [(one.title, one.capacity, one.host_id) for one in (first, third)] == [
        ("Meetup of the makers", 7, stage.host.id)
    ] * 2
    assert third.meeting_link is not None
    assert b"meet.example" not in third.meeting_link
    assert series.meeting_link is not None
    assert LINK.encode() not in series.meeting_link
    assert stage.told() == ["SessionPublished"] * 3


async def test_the_window_moves_on_once_and_never_twice(stage: Stage, clock: Any) -> None:
    await publish(stage)
    clock.advance(days=30)  # the day after the first date

    await turn(stage)
    once = await dates(stage)
    clock.advance(days=2)
    await turn(stage)

    assert once == ["04-14 14:00", "05-12 14:00", "06-09 14:00", "07-14 14:00"]
    assert await dates(stage) == once


async def test_a_window_that_was_stopped_half_way_goes_on_there(stage: Stage, clock: Any) -> None:
    series = await publish(stage, TUESDAYS, "2026-03-17 16:00")
    async with stage.instance.unit_of_work() as uow:  # as if the worker had died before the later ones
        for one in (await uow.db.scalars(select(Session).order_by(Session.starts_at.desc()).limit(9))).all():
            await uow.db.delete(await uow.db.get_one(SeriesDate, one.id))
            await uow.db.flush()
            await uow.db.delete(one)
        (await uow.db.get_one(Series, series.id)).due_at = uow.now

    await turn(stage)

    found = await sessions(stage)
    assert [one.slot for one in found] == [date(2026, 3, 17) + timedelta(weeks=n) for n in range(12)]


async def test_a_rule_that_ends_has_no_more_dates_and_the_series_ends(stage: Stage, clock: Any) -> None:
    two = Rhythm(kind="weekday", weekday=1, position=2, count=2)
    series = await publish(stage, two)

    assert await dates(stage) == ["04-14 14:00", "05-12 14:00"]
    clock.advance(days=80)
    await turn(stage)
    async with stage.instance.reading() as db:
        ended = await db.get_one(Series, series.id)
    assert (ended.state, ended.due_at) == ("ended", None)


async def test_one_date_is_moved_and_the_window_does_not_fill_its_day_again(stage: Stage, clock: Any) -> None:
    await publish(stage)
    second = (await sessions(stage))[1]

    await stage.edit(second, starts_at=wall("2026-05-13 10:00"), ends_at=wall("2026-05-13 11:00"))
    clock.advance(days=1)
    await turn(stage)

    assert await dates(stage) == ["04-14 14:00", "05-13 08:00", "06-09 14:00"]
    assert (await sessions(stage))[1].slot == date(2026, 5, 12)


async def test_one_date_is_called_off_and_another_one_comes_into_the_window(stage: Stage, clock: Any) -> None:
    await publish(stage)

    await stage.cancel((await sessions(stage))[1])
    clock.advance(days=1)
    await turn(stage)

    assert await dates(stage) == ["04-14 14:00", "05-12 14:00 cancelled", "06-09 14:00", "07-14 14:00"]


async def test_new_words_for_this_and_following_leave_times_and_earlier_dates_alone(stage: Stage) -> None:
    await publish(stage)
    first, second, third = await sessions(stage)
    await stage.edit(third, starts_at=wall("2026-06-10 09:00"), ends_at=wall("2026-06-10 10:00"))

    new = plan(first="2026-05-12 16:00", description="Another text.")
    async with stage.instance.unit_of_work() as uow:
        await change_series(uow, second.id, new, stage.host)

    after = await sessions(stage)
    assert [one.description for one in after] == [first.description, "Another text.", "Another text."]
    assert await dates(stage) == ["04-14 14:00", "05-12 14:00", "06-10 07:00"]
    assert [one.id for one in after] == [first.id, second.id, third.id]


async def test_another_rhythm_moves_dates_and_calls_off_what_is_left_over(stage: Stage) -> None:
    series = await publish(stage, TUESDAYS, "2026-03-17 16:00")
    before = await sessions(stage)

    new = plan(Rhythm(kind="weekday", weekday=2, position=1), "2026-04-01 10:00")
    async with stage.instance.unit_of_work() as uow:
        await change_series(uow, before[1].id, new, stage.host)

    found = await sessions(stage)
    on = [one for one in found if one.status == "scheduled"]
    assert [(one.id, f"{one.starts_at:%m-%d %H:%M}") for one in on] == [
        (before[0].id, "03-17 15:00"),
        (before[1].id, "04-01 08:00"),
        (before[2].id, "05-06 08:00"),
        (before[3].id, "06-03 08:00"),
    ]
    assert [one.slot for one in on[1:]] == [date(2026, 4, 1), date(2026, 5, 6), date(2026, 6, 3)]
    assert len(found) == 12
    assert {one.series_id for one in found} == {series.id}


async def test_a_day_of_the_rule_is_left_out_long_before(stage: Stage, clock: Any) -> None:
    series = await publish(stage)

    async with stage.instance.unit_of_work() as uow:
        await leave_out(uow, series.id, date(2026, 7, 14), stage.host)
    with pytest.raises(Conflict):
        async with stage.instance.unit_of_work() as uow:
            await leave_out(uow, series.id, date(2026, 5, 12), stage.host)
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await leave_out(uow, series.id, date(2026, 7, 15), stage.host)
    clock.advance(days=60)
    await turn(stage)

    assert await dates(stage) == ["04-14 14:00", "05-12 14:00", "06-09 14:00", "08-11 14:00", "09-08 14:00"]


async def test_the_end_calls_off_what_is_to_come_and_nothing_comes_after_it(stage: Stage, clock: Any) -> None:
    series = await publish(stage)

    async with stage.instance.unit_of_work() as uow:
        await end_series(uow, series.id, stage.host, note="It was good.")
        await end_series(uow, series.id, stage.host)
    clock.advance(days=30)
    await turn(stage)

    assert await dates(stage) == ["04-14 14:00 cancelled", "05-12 14:00 cancelled", "06-09 14:00 cancelled"]


async def test_the_end_may_leave_what_was_published(stage: Stage, clock: Any) -> None:
    series = await publish(stage)

    async with stage.instance.unit_of_work() as uow:
        await end_series(uow, series.id, stage.host, call_off=False)
    clock.advance(days=30)
    await turn(stage)

    assert await dates(stage) == ["04-14 14:00", "05-12 14:00", "06-09 14:00"]


async def test_nobody_but_host_and_moderators_changes_or_ends_a_series(stage: Stage) -> None:
    series = await publish(stage)
    lena, first = await stage.colleague(), (await sessions(stage))[0]

    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await change_series(uow, first.id, plan(), lena)
    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await end_series(uow, series.id, lena)
    async with stage.instance.unit_of_work() as uow:
        await end_series(uow, series.id, stage.admin)


async def test_a_session_of_no_series_has_nothing_that_follows(stage: Stage) -> None:
    session = await stage.publish()

    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await change_series(uow, session.id, plan(), stage.host)


@pytest.mark.parametrize(
    ("rhythm", "first", "field"),
    [
        (TUESDAYS, "2026-04-15 16:00", "repeats"),
        (SECOND_TUESDAYS, "2026-04-07 16:00", "repeats"),
        (Rhythm(kind="weekly", weekday=1, until=date(2026, 4, 13)), "2026-04-14 16:00", "repeats_until"),
        (Rhythm(kind="weekly", weekday=1, count=261), "2026-04-14 16:00", "repeats_count"),
        (Rhythm(kind="weekly", weekday=1, every=0), "2026-04-14 16:00", "repeats"),
    ],
)
async def test_plans_that_fit_no_calendar_are_refused(
    stage: Stage, rhythm: Rhythm, first: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await publish(stage, rhythm, first)

    assert field in refused.value.problems
    assert await sessions(stage) == []


async def test_people_take_turns_and_are_asked_for_each_of_their_dates(stage: Stage) -> None:
    lena, mia = await stage.colleague(), await stage.colleague("Mia Kern")

    await publish(stage, TUESDAYS, "2026-03-17 16:00", turns=(lena.id, mia.id))

    async with stage.instance.reading() as db:
        rows = await db.execute(
            select(Session.slot, CoHost.person_id, CoHost.state)
            .join(CoHost, CoHost.session_id == Session.id)
            .order_by(Session.slot)
        )
        asked = [(row.slot, row.person_id, row.state) for row in rows]
    # The host holds the first; nobody is asked more than six weeks ahead.
    assert asked == [
        (date(2026, 3, 24), lena.id, "asked"),
        (date(2026, 3, 31), mia.id, "asked"),
        (date(2026, 4, 14), lena.id, "asked"),
        (date(2026, 4, 21), mia.id, "asked"),
    ]


async def test_when_the_host_leaves_the_next_one_of_ours_goes_on(stage: Stage, clock: Any) -> None:
    lena = await stage.colleague()
    series = await publish(stage, turns=(lena.id,))
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, stage.host.id)

    clock.advance(days=40)
    await turn(stage)

    async with stage.instance.reading() as db:
        now = await db.get_one(Series, series.id)
    assert (now.host_id, now.state) == (lena.id, "running")
    assert (await sessions(stage))[-1].host_id == lena.id


async def test_when_nobody_is_left_the_series_ends(stage: Stage, clock: Any) -> None:
    series = await publish(stage)
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, stage.host.id)

    clock.advance(days=40)
    await turn(stage)

    async with stage.instance.reading() as db:
        assert (await db.get_one(Series, series.id)).state == "ended"


async def test_a_hidden_hour_in_spring_is_an_hour_later(stage: Stage) -> None:
    await publish(stage, Rhythm(kind="weekly", weekday=6), "2026-03-22 02:30")

    assert (await dates(stage))[:3] == ["03-22 01:30", "03-29 01:30", "04-05 00:30"]


async def test_whoever_edits_one_date_does_not_change_the_others(stage: Stage) -> None:
    await publish(stage)
    second = (await sessions(stage))[1]

    async with stage.instance.unit_of_work() as uow:
        given = draft(title="Only today", starts_at=second.starts_at, ends_at=second.ends_at)
        await edit_session(uow, second.id, given, stage.host)

    assert [one.title for one in await sessions(stage)] == [
        "Meetup of the makers",
        "Only today",
        "Meetup of the makers",
    ]
    assert datetime(2026, 5, 12, 14, tzinfo=UTC) == second.starts_at
