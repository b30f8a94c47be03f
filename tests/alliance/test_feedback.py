"""What hosts read of feedback tells nothing about any single answer, whatever they know besides."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from alliance.attending import join_session
from alliance.employing import add_employee
from alliance.errors import Conflict, NotFound
from alliance.feedback import (
    BATCH,
    OPEN_FOR,
    Heard,
    give_feedback,
    has_answered,
    points_of,
    show_batches,
    sums_of,
)
from alliance.models import Attendance, Employee, FeedbackGiven, FeedbackTally, Session
from alliance.vault import Vault
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import offered

VAULT = Vault(bytes(32))


def shown_after(answers: list[bool]) -> tuple[int, int]:
    """What is shown when these answers have been given, in this order."""
    heard = Heard()
    for helped in answers:
        heard = heard.with_answer(helped)
    return heard.batches, heard.points


@given(st.lists(st.booleans(), max_size=40))
def test_what_is_shown_moves_in_steps_of_five_alone(answers: list[bool]) -> None:
    history = [shown_after(answers[:count]) for count in range(len(answers) + 1)]

    changes = [count for count in range(1, len(history)) if history[count] != history[count - 1]]
    assert changes == list(range(BATCH, len(answers) + 1, BATCH))


@given(st.lists(st.booleans(), min_size=BATCH, max_size=30), st.data())
def test_each_answer_could_have_been_the_other_one(answers: list[bool], data: st.DataObject) -> None:
    """Whoever sees every number that was ever shown, and knows who answered when, still can't tell."""
    history = [shown_after(answers[:count]) for count in range(len(answers) + 1)]
    which = data.draw(st.integers(0, len(answers) - 1))
    start = which - which % BATCH

    for said in (True, False):
        worlds = (
            [*answers[:start], *others, *answers[start + BATCH :]]
            for others in product((True, False), repeat=min(BATCH, len(answers) - start))
            if others[which - start] is said
        )
        assert any([shown_after(world[:n]) for n in range(len(world) + 1)] == history for world in worlds)


def test_five_that_agree_and_four_of_five_are_told_alike() -> None:
    assert [points_of(helped) for helped in range(BATCH + 1)] == [0, 0, 1, 1, 2, 2]


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 99), st.integers(0, 198))
def test_what_is_sealed_has_one_length_and_never_looks_the_same(a: int, h: int, b: int, p: int) -> None:
    sealed = {Heard(a, min(a, h), b, p).sealed(VAULT, 7) for _ in range(3)}

    assert {len(one) for one in sealed} == {len(Heard().sealed(VAULT, 7))}
    assert len(sealed) == 3


@pytest.fixture
async def room(founded: Founded) -> tuple[Session, list[Employee]]:
    """A session of the past with twelve colleagues who were there."""
    session = await offered(founded.instance, founded.admin, "Glas")
    people = []
    for number in range(12):
        async with founded.instance.unit_of_work() as uow:
            one = await add_employee(uow, f"gast{number}@nordlicht.example", f"Gast {number}")
        async with founded.instance.unit_of_work() as uow:
            await join_session(uow, session.id, one.id)
        people.append(one)
    return session, people


async def tap(founded: Founded, session: Session, by: Employee, *, helped: bool) -> None:
    async with founded.instance.unit_of_work() as uow:
        await give_feedback(uow, session.id, by, helped=helped)


async def sums(founded: Founded, session: Session) -> tuple[int, int]:
    async with founded.instance.unit_of_work() as uow:
        await show_batches(uow)
    async with founded.instance.reading() as db:
        return (await sums_of(db, [session.id])).get(session.id, (0, 0))


async def test_hosts_hear_nothing_before_five_and_then_in_fives(
    founded: Founded, clock: FrozenClock, room: tuple[Session, list[Employee]]
) -> None:
    session, people = room
    clock.set(session.ends_at + timedelta(minutes=1))
    heard = []
    for number, one in enumerate(people):
        await tap(founded, session, one, helped=number not in (2, 6))
        heard.append(await sums(founded, session))

    assert heard == [(0, 0)] * 4 + [(1, 2)] * 5 + [(2, 4)] * 3


async def test_the_database_says_neither_who_nor_what_nor_when(
    founded: Founded, clock: FrozenClock, room: tuple[Session, list[Employee]]
) -> None:
    session, people = room
    clock.set(session.ends_at + timedelta(minutes=1))
    rows: list[tuple[int, int, bytes]] = []
    for one, helped in zip(people[:4], (True, True, False, True), strict=True):
        await tap(founded, session, one, helped=helped)
        async with founded.instance.reading() as db:
            tally = (await db.scalars(select(FeedbackTally))).one()
            rows.append((tally.batches, tally.points, tally.sealed))

    async with founded.instance.reading() as db:
        marks = [row.mark for row in await db.scalars(select(FeedbackGiven))]
        places = {str(row.id) for row in await db.scalars(select(Attendance))}
        tables = (FeedbackTally, FeedbackGiven)
        columns = {table.__tablename__: set(table.__table__.columns.keys()) for table in tables}
        assert await has_answered(db, founded.instance.vault, session.id, people[0].id)
        assert not await has_answered(db, founded.instance.vault, session.id, people[9].id)
    assert {row[:2] for row in rows} == {(0, 0)}
    assert Counter(len(row[2]) for row in rows) == {len(rows[0][2]): 4}
    assert len(marks) == 4
    known = {str(person.id) for person in people} | places
    assert not any(number in mark for mark in marks for number in known)
    assert columns == {
        "feedback_tally": {"session_id", "batches", "points", "told_batches", "sealed"},
        "feedback_given": {"session_id", "mark"},
    }


async def test_the_order_of_answers_is_not_kept(
    founded: Founded, clock: FrozenClock, room: tuple[Session, list[Employee]]
) -> None:
    session, people = room
    clock.set(session.ends_at + timedelta(minutes=1))
    for one in people:
        await tap(founded, session, one, helped=True)

    async with founded.instance.reading() as db:
        if db.get_bind().dialect.name != "sqlite":
            return
        made = await db.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'feedback_given'"))
        stored = list(await db.scalars(text("SELECT mark FROM feedback_given")))
    assert "WITHOUT ROWID" in str(made)
    assert stored == sorted(stored)


async def test_one_answer_each_for_two_weeks_by_those_who_were_there(
    founded: Founded, clock: FrozenClock, room: tuple[Session, list[Employee]]
) -> None:
    session, people = room
    with pytest.raises(Conflict):
        await tap(founded, session, people[0], helped=True)
    clock.set(session.ends_at + timedelta(minutes=1))
    await tap(founded, session, people[0], helped=True)

    for again in (True, False):
        with pytest.raises(Conflict):
            await tap(founded, session, people[0], helped=again)
    for other in (founded.admin, founded.employee):
        with pytest.raises(NotFound):
            await tap(founded, session, other, helped=True)
    clock.set(session.ends_at + OPEN_FOR)
    with pytest.raises(Conflict):
        await tap(founded, session, people[1], helped=True)


async def test_after_two_weeks_nothing_is_left_but_fives(
    founded: Founded, clock: FrozenClock, room: tuple[Session, list[Employee]]
) -> None:
    session, people = room
    clock.set(session.ends_at + timedelta(minutes=1))
    for one in people[:7]:
        await tap(founded, session, one, helped=True)
    clock.set(session.ends_at + OPEN_FOR)

    assert await sums(founded, session) == (1, 2)
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(FeedbackGiven))).all() == []
        assert (await db.scalars(select(FeedbackTally.sealed))).all() == [b""]
