"""Places are never given twice, whatever people do in whatever order, and also all at once."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from alliance.attending import approve_attendance, decline_attendance, join_session, leave_session
from alliance.errors import Conflict
from alliance.models import Attendance, Employee, Session
from alliance.places import change_state
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from tests.alliance.stage import Stage

PEOPLE = 5
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "join", "join", "leave", "approve", "decline", "places"]),
        st.integers(0, PEOPLE - 1),
        st.sampled_from([1, 2, 3, None]),
    ),
    max_size=25,
)


@dataclass
class Crowd:
    """A session and people who want into it."""

    stage: Stage
    session: Session
    people: list[Employee]
    order: list[int] = field(default_factory=list)
    """Who waits, in the order in which they should move up."""

    async def step(self, verb: str, number: int, places: int | None) -> None:
        """One step; what is refused is refused."""
        person = self.people[number]
        try:
            match verb:
                case "join":
                    await self.stage.join(self.session, person)
                case "leave":
                    await self.stage.leave(self.session, person)
                case "places":
                    going = (await self.stage.stored(self.session)).going_count
                    capacity = None if places is None else max(places, going)
                    await self.stage.edit(
                        self.session, capacity=capacity, join_mode=self.session.join_mode, meeting_link=None
                    )
                case _:
                    await self._answer(verb, person)
        except Conflict:
            pass
        self.stage.instance.clock.advance(seconds=1)  # type: ignore[attr-defined]

    async def _answer(self, verb: str, person: Employee) -> None:
        if not await self._has_asked(person):
            return
        answer = self.stage.approve if verb == "approve" else self.stage.decline
        await answer(self.session, person)

    async def _has_asked(self, person: Employee) -> bool:
        async with self.stage.instance.reading() as db:
            rows = select(func.count()).select_from(Attendance)
            mine = rows.where(Attendance.session_id == self.session.id, Attendance.person_id == person.id)
            return bool(await db.scalar(mine))

    async def check(self) -> None:
        """Counts equal rows, no place is given twice, nobody waits beside a free place, order holds."""
        session = await self.stage.stored(self.session)
        async with self.stage.instance.reading() as db:
            rows = await db.scalars(
                select(Attendance).where(Attendance.session_id == session.id).order_by(Attendance.since)
            )
            states = {row.person_id: row.state for row in rows}
        going = sum(state == "going" for state in states.values())
        waiting = [person for person, state in states.items() if state == "waiting"]
        assert (session.going_count, session.waiting_count) == (going, len(waiting))
        assert session.capacity is None or going <= session.capacity
        assert not waiting or (session.capacity is not None and going == session.capacity)
        still = [person for person in self.order if person in waiting]
        assert waiting[: len(still)] == still
        self.order = waiting


@given(STEPS, st.sampled_from(["free", "restricted"]), st.sampled_from([1, 2, None]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_no_order_of_steps_gives_a_place_twice_or_lets_somebody_wait_beside_a_free_one(
    stage: Stage, steps: list[tuple[str, int, int | None]], join_mode: str, capacity: int | None
) -> None:
    session = await stage.publish(capacity=capacity, join_mode=join_mode)
    people = [await stage.colleague(f"{session.id} Number{n}") for n in range(PEOPLE)]
    crowd = Crowd(stage, session, people)

    for verb, number, places in steps:
        await crowd.step(verb, number, places)
        await crowd.check()


async def test_twenty_people_who_come_at_once_get_five_places(stage: Stage) -> None:
    session = await stage.publish(capacity=5)
    people = [await stage.colleague(f"Guest Number{n}") for n in range(20)]

    states = await asyncio.gather(*(stage.join(session, person) for person in people))

    assert sorted(states) == ["going"] * 5 + ["waiting"] * 15
    await Crowd(stage, session, people).check()


async def test_the_same_person_in_two_windows_takes_one_place(stage: Stage) -> None:
    session, guest = await stage.publish(capacity=5), await stage.colleague()

    states = await asyncio.gather(*(stage.join(session, guest) for _ in range(6)))

    assert states == ["going"] * 6
    assert (await stage.stored(session)).going_count == 1


async def test_coming_going_and_deciding_at_once_ends_in_order(stage: Stage) -> None:
    session = await stage.publish(capacity=3)
    people = [await stage.colleague(f"Guest Number{n}") for n in range(12)]
    await asyncio.gather(*(stage.join(session, person) for person in people[:8]))
    rows = [await stage.attendance(session, person) for person in people[:8]]

    async def leave(person: Employee) -> None:
        async with stage.instance.unit_of_work() as uow:
            await leave_session(uow, session.id, person.id)

    async def answer(attendance: Attendance, *, yes: bool) -> None:
        async with stage.instance.unit_of_work() as uow:
            await (approve_attendance if yes else decline_attendance)(uow, attendance.id, stage.host)

    async def join(person: Employee) -> None:
        async with stage.instance.unit_of_work() as uow:
            await join_session(uow, session.id, person.id)

    outcomes = await asyncio.gather(
        *(join(person) for person in people[8:]),
        *(leave(person) for person in people[:4]),
        *(answer(row, yes=False) for row in rows[2:6]),
        *(answer(row, yes=True) for row in rows[6:]),
        stage.edit(session, capacity=4),
        return_exceptions=True,
    )

    assert [
        outcome
        for outcome in outcomes
        if isinstance(outcome, BaseException) and not isinstance(outcome, Conflict)
    ] == []
    crowd = Crowd(stage, session, people)
    await crowd.check()


async def test_the_database_itself_refuses_a_place_that_is_not_there(stage: Stage) -> None:
    session = await stage.publish(capacity=1)
    first, second = await stage.colleague(), await stage.colleague("Second Person")
    await stage.join(session, first)
    await stage.join(session, second)
    waiting = await stage.attendance(session, second)

    with pytest.raises(Conflict, match="last place"):
        async with stage.instance.unit_of_work() as uow:
            await _take_regardless(uow, session.id, waiting.id)

    assert await stage.state(session, second) == "waiting"


async def _take_regardless(uow: UnitOfWork, session_id: int, attendance_id: int) -> None:
    """What a verb would do that believes in a free place without looking."""
    session = await locked_session(uow.db, session_id)
    row = await uow.db.get_one(Attendance, attendance_id, options=[selectinload(Attendance.person)])
    assert session is not None
    await change_state(uow, session, row, "going", previous="waiting")
