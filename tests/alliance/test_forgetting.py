"""What is past its time is forgotten, in portions, and what its person still has is theirs alone."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from alliance import forgetting
from alliance.attending import join_session, leave_session
from alliance.exporting import everything_about
from alliance.models import Attendance, Letter, Message, Notification, Report, Session
from alliance.queries.mine import attended
from alliance.queries.sessions import attendances
from alliance.retention import RULES, days_kept, read_retention
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock


async def tidy(stage: Stage, *steps: Callable[[UnitOfWork], Awaitable[int]]) -> int:
    """Repeats each step until there is nothing left, as the worker does."""
    touched = 0
    for step in steps or forgetting.STEPS:
        while True:
            async with stage.instance.unit_of_work() as uow:
                count = await step(uow)
            if not count:
                break
            touched += count
    return touched


async def session_that_was(stage: Stage, clock: FrozenClock) -> tuple[Session, int, int]:
    """A session with two guests of ours, of whom one left, and one from elsewhere; over, seen by nobody."""
    session = await stage.publish(capacity=10)
    stays, leaves = await stage.colleague("Lena Vogt"), await stage.colleague("Nele Ahrens")
    guest = await stage.person()
    async with stage.instance.unit_of_work() as uow:
        for person in (stays.id, leaves.id, guest.id):
            await join_session(uow, session.id, person)
        await leave_session(uow, session.id, leaves.id)
    return session, stays.id, leaves.id


async def test_thirty_days_after_a_session_names_are_gone_and_their_number_stays(
    stage: Stage, clock: FrozenClock
) -> None:
    session, stays, _ = await session_that_was(stage, clock)
    clock.set(session.ends_at + timedelta(days=29, hours=23))
    await tidy(stage)
    async with stage.instance.reading() as db:
        assert len(await attendances(db, employee_viewer(stage.host.id), session.id)) == 2

    clock.advance(hours=2)
    await tidy(stage)

    async with stage.instance.reading() as db:
        seen = await attendances(db, employee_viewer(stage.host.id), session.id)
        left = (await db.scalars(select(Attendance))).all()
        number = await db.scalar(select(Session.going_count).where(Session.id == session.id))
    assert (seen, number) == ([], 2)
    assert [(row.person_id, row.state, row.closed_at, row.personal_link) for row in left] == [
        (stays, "going", clock.now(), None)
    ]


async def test_people_keep_their_own_list_and_take_it_along_until_that_is_over_too(
    stage: Stage, clock: FrozenClock
) -> None:
    session, stays, _ = await session_that_was(stage, clock)
    viewer = employee_viewer(stays)
    clock.set(session.ends_at + timedelta(days=31))
    await tidy(stage)
    async with stage.instance.reading() as db:
        assert [one.id for one in await attended(db, viewer, now=clock.now())] == [session.id]
        held = await everything_about(db, stage.instance.vault, "https://x.example", stays)
    assert [one["session"] for one in held["attendances"]] == [session.title]

    clock.set(session.ends_at + timedelta(days=RULES["own_attendance"].days, hours=1))
    await tidy(stage)

    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Attendance)) == 0


async def test_a_company_may_want_it_shorter(stage: Stage, clock: FrozenClock) -> None:
    stage.instance.settings = replace(stage.instance.settings, retention=(("attendance", 3),))
    session, _, _ = await session_that_was(stage, clock)
    clock.set(session.ends_at + timedelta(days=3, minutes=1))

    assert await tidy(stage) == 3

    async with stage.instance.reading() as db:
        assert await attendances(db, employee_viewer(stage.host.id), session.id) == []


async def test_letters_messages_notifications_and_decided_reports_have_an_end(
    stage: Stage, clock: FrozenClock
) -> None:
    me, other = await stage.colleague("Lena Vogt"), await stage.colleague("Nele Ahrens")
    async with stage.instance.unit_of_work() as uow:
        now = uow.now
        for _ in range(2):
            uow.db.add(
                Letter(id=uow.new_id(), sender_id=me.id, receiver_id=other.id, text="x", created_at=now)
            )
            uow.db.add(
                Message(
                    id=uow.new_id(), person_id=me.id, direction="to", other_id=1, about="joined",
                    created_at=now, updated_at=now,
                )
            )  # fmt: skip
            uow.db.add(Notification(id=uow.new_id(), kind="comment", person_id=me.id, created_at=now))
        for state, closed_at in (("closed", now), ("open", None)):
            report = Report(id=uow.new_id(), person_id=me.id, state=state, closed_at=closed_at)
            report.created_at = now
            uow.db.add(report)
    longest = max(days_kept((), rule) for rule in ("letters", "messages", "notifications", "reports"))
    clock.advance(days=longest, hours=1)

    assert await tidy(stage) == 7

    async with stage.instance.reading() as db:
        assert [one.state for one in await db.scalars(select(Report))] == ["open"]


async def test_everything_goes_in_portions_and_nothing_is_touched_twice(
    stage: Stage, clock: FrozenClock
) -> None:
    me = await stage.colleague("Lena Vogt")
    async with stage.instance.unit_of_work() as uow:
        uow.db.add_all(
            Notification(id=uow.new_id(), kind="comment", person_id=me.id, created_at=uow.now)
            for _ in range(forgetting.AT_ONCE + 3)
        )
    clock.advance(days=200)

    async with stage.instance.unit_of_work() as uow:
        first = await forgetting.forget_notifications(uow)

    assert (first, await tidy(stage), await tidy(stage)) == (forgetting.AT_ONCE, 3, 0)


@given(st.dictionaries(st.sampled_from(sorted(RULES)), st.integers(-1, 2000), max_size=4))
def test_only_what_lies_within_the_bounds_can_be_chosen(wanted: dict[str, int]) -> None:
    text = ", ".join(f"{name}={days}" for name, days in wanted.items())
    is_within = all(RULES[name].least <= days <= RULES[name].most for name, days in wanted.items())

    if is_within:
        assert dict(read_retention(text)) == wanted
    else:
        with pytest.raises(ValueError, match="must be"):
            read_retention(text)


@pytest.mark.parametrize("wrong", ["gossip=3", "attendance", "attendance=x", "attendance=31", "=3"])
def test_what_there_is_no_rule_for_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"kind|must be"):
        read_retention(wrong)


def test_defaults_lie_within_their_own_bounds() -> None:
    assert [name for name, rule in RULES.items() if not rule.least <= rule.days <= rule.most] == []
