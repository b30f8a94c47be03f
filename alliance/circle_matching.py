"""Matching day: the question is put together, its answer kept, looked at, and published as circles."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.circle_calls import avoided_by, call_to_organise, slot_start
from alliance.circle_telling import tell_formed, tell_of_circle, tell_without_circle
from alliance.errors import Conflict, NotFound
from alliance.matching import Formed, Matching, Question, Rules, SignUp
from alliance.matching.apart import match_apart
from alliance.matching.letters import matching_json, matching_of, question_json
from alliance.models import (
    WEEKS,
    Circle,
    CircleCall,
    CircleMeeting,
    CircleMember,
    CirclePlace,
    Employee,
    Person,
)
from alliance.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from alliance.instance import Instance


async def question_for(uow: UnitOfWork, call_id: int, by: Employee) -> Question:
    """Everybody who signed up for a call, as the matching sees them: by number, without a name.

    Raises NotFound, Forbidden, Conflict once its circles were published.
    """
    call = await call_to_organise(uow, call_id, by)
    if call.state != "open":
        raise Conflict("Its circles have begun.")
    return await _question(uow, call, await _places(uow, call.id))


async def keep_matching(
    uow: UnitOfWork, call_id: int, by: Employee, question: Question, matching: Matching
) -> None:
    """Keeps the answer to be looked at, in place of the one before."""
    call = await call_to_organise(uow, call_id, by)
    if call.state != "open":
        raise Conflict("Its circles have begun.")
    told = json.loads(matching_json(matching))
    call.matching = {"asked": _fingerprint(question), "answer": told}
    call.matched_at = call.updated_at = uow.now
    await uow.db.flush()


def kept_matching(call: CircleCall) -> Matching | None:
    """The answer that is being looked at."""
    return matching_of(json.dumps(call.matching["answer"]).encode()) if call.matching else None


async def publish_circles(uow: UnitOfWork, call_id: int, by: Employee) -> list[Circle]:
    """Makes circles of the matching that was looked at: who is in one is asked, everybody else is told why.

    Raises Conflict where there is none, or where somebody has signed up or off since.
    """
    call = await call_to_organise(uow, call_id, by)
    matching = kept_matching(call)
    if call.state != "open" or matching is None or call.matching is None:
        raise Conflict("There is no matching to publish.")
    places = await _places(uow, call.id)
    if call.matching["asked"] != _fingerprint(await _question(uow, call, places)):
        raise Conflict("Somebody has signed up or off since. Please run the matching again.")
    by_key = {str(place.id): place for place in places}
    circles = [await _circle(uow, call, formed, [by_key[key] for key in formed.members])
               for formed in matching.circles]  # fmt: skip
    call.state, call.updated_at = "running", uow.now
    await uow.db.flush()
    await tell_without_circle(uow, call, [by_key[one.key].person_id for one in matching.unmatched])
    return circles


async def refill(uow: UnitOfWork, circle_id: int, by: Employee) -> CirclePlace:
    """Asks somebody without a circle to join one that has become small; who fits best, by the same rules.

    Raises NotFound, Forbidden, Conflict where there is nobody who fits.
    """
    circle = await uow.db.get(Circle, circle_id)
    if circle is None:
        raise NotFound
    call = await call_to_organise(uow, circle.call_id, by)
    members = (await uow.db.scalars(select(CircleMember).where(CircleMember.circle_id == circle.id))).all()
    there = {member.place_id for member in members if member.answer in ("asked", "yes")}
    if len(there) >= call.largest or circle.state == "ended":
        raise Conflict("This circle has no room.")
    places = await _places(uow, call.id)
    taken = set(await uow.db.scalars(
        select(CircleMember.place_id).join(Circle, Circle.id == CircleMember.circle_id)
        .where(Circle.call_id == call.id, CircleMember.answer.in_(("asked", "yes")))
    ))  # fmt: skip
    gone = {member.place_id for member in members} - there
    inside = [place for place in places if place.id in there]
    fitting = [
        place for place in places
        if place.id not in taken | gone and _fits(uow, circle, place, inside)
    ]  # fmt: skip
    if not fitting:
        raise Conflict("Nobody without a circle fits in here.")
    companies = {place.company_id for place in inside}
    chosen = min(fitting, key=lambda place: (place.company_id in companies, -len(place.slots), place.id))
    await _ask(uow, circle, call, [chosen])
    return chosen


def _fits(uow: UnitOfWork, circle: Circle, place: CirclePlace, inside: Sequence[CirclePlace]) -> bool:
    away = set(avoided_by(uow, place))
    kept_away = any(place.person_id in avoided_by(uow, other) for other in inside)
    return (
        circle.topic in place.topics
        and circle.language in place.languages
        and circle.slots[0] in place.slots
        and not kept_away
        and not any(other.person_id in away for other in inside)
    )


async def _places(uow: UnitOfWork, call_id: int) -> list[CirclePlace]:
    rows = await uow.db.scalars(
        select(CirclePlace)
        .join(Person, Person.id == CirclePlace.person_id)
        .join(Employee, Employee.id == Person.id)
        .where(CirclePlace.call_id == call_id, Employee.disabled_at.is_(None))
        .order_by(CirclePlace.id)
        .options(joinedload(CirclePlace.company))
    )
    return list(rows.all())


async def _question(uow: UnitOfWork, call: CircleCall, places: Sequence[CirclePlace]) -> Question:
    key_of = {place.person_id: str(place.id) for place in places}
    met = await _met(uow, list(key_of))
    people = tuple(
        SignUp(
            key=str(place.id),
            company=place.company.host,
            topics=tuple(place.topics),
            slots=frozenset(place.slots),
            languages=tuple(place.languages),
            utc_offset=place.utc_offset,
            partner=key_of.get(place.partner_id) if place.partner_id is not None else None,
            avoids=frozenset(_keys(key_of, avoided_by(uow, place))),
            met=frozenset(_keys(key_of, met.get(place.person_id, ()))),
        )
        for place in places
    )
    return Question(people, Rules(call.smallest, call.largest))


def _keys(key_of: dict[int, str], people: Iterable[int]) -> set[str]:
    return {key_of[id_] for id_ in people if id_ in key_of}


async def _met(uow: UnitOfWork, people: Sequence[int]) -> dict[int, set[int]]:
    """Who was in a circle with whom before, by person."""
    rows = await uow.db.execute(
        select(CircleMember.circle_id, CirclePlace.person_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CirclePlace.person_id.in_(people), CircleMember.answer.in_(("yes", "left")))
    )
    circles: dict[int, set[int]] = {}
    for circle_id, person_id in rows:
        circles.setdefault(circle_id, set()).add(person_id)
    met: dict[int, set[int]] = {}
    for members in circles.values():
        for person_id in members:
            met.setdefault(person_id, set()).update(members - {person_id})
    return met


def _fingerprint(question: Question) -> str:
    return hashlib.sha256(question_json(question)).hexdigest()


async def _circle(uow: UnitOfWork, call: CircleCall, formed: Formed, places: Sequence[CirclePlace]) -> Circle:
    circle = Circle(
        id=uow.new_id(),
        call_id=call.id,
        topic=formed.topic,
        language=formed.language,
        slots=list(formed.slots),
        companies=formed.companies,
        wished=formed.wished,
        met=formed.met,
        state="asked",
        created_at=uow.now,
    )
    uow.db.add(circle)
    for week in range(1, WEEKS + 1):
        starts_at = slot_start(call, formed.slots[0], week)
        uow.db.add(
            CircleMeeting(
                id=uow.new_id(),
                circle_id=circle.id,
                number=week,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=call.minutes),
            )
        )
    await uow.db.flush()
    await _ask(uow, circle, call, places)
    return circle


async def _ask(uow: UnitOfWork, circle: Circle, call: CircleCall, places: Sequence[CirclePlace]) -> None:
    for place in places:
        uow.db.add(
            CircleMember(
                id=uow.new_id(), circle_id=circle.id, place_id=place.id, answer="asked", since=uow.now
            )
        )
    await uow.db.flush()
    await tell_of_circle(uow, "circle_asked", circle, call, [place.person_id for place in places])


async def due_calls(db: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Calls whose matching day has come and that were never matched, each with its organiser."""
    rows = await db.execute(
        select(CircleCall.id, CircleCall.organiser_id)
        .join(Employee, Employee.id == CircleCall.organiser_id)
        .where(CircleCall.state == "open", CircleCall.sign_up_until <= now, CircleCall.matched_at.is_(None))
        .where(Employee.disabled_at.is_(None))
        .order_by(CircleCall.id)
        .limit(5)
    )
    return [(call_id, organiser_id) for call_id, organiser_id in rows if organiser_id is not None]


async def form_due_circles(instance: "Instance") -> None:
    """At the set time the circles of a call are formed, for its organiser to look at; they are told."""
    async with instance.reading() as db:
        due = await due_calls(db, instance.clock.now())
    for call_id, organiser_id in due:
        async with instance.unit_of_work() as uow:
            question = await question_for(uow, call_id, await _organiser(uow, organiser_id))
        matching = await match_apart(question)
        async with instance.unit_of_work() as uow:
            by = await _organiser(uow, organiser_id)
            await keep_matching(uow, call_id, by, question, matching)
            await tell_formed(uow, await call_to_organise(uow, call_id, by), organiser_id)


async def _organiser(uow: UnitOfWork, organiser_id: int) -> Employee:
    employee = await uow.db.get(Employee, organiser_id)
    if employee is None:
        raise NotFound
    return employee
