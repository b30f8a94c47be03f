"""Matching day: the question is put together, its answer kept, looked at, and published as circles."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.circle_calls import avoided_by, call_to_organise, slot_start
from alliance.circle_facts import CallChanged, CircleChanged, WithoutCircle
from alliance.circle_telling import tell_formed, tell_of_circle, tell_without_circle
from alliance.circle_tokens import Words, ally_token, forget_words, pairs_of, words_of
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
    Partner,
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
    without = [by_key[one.key] for one in matching.unmatched]
    await tell_without_circle(uow, call, [one.person_id for one in without if one.person_id is not None])
    for place in places:
        forget_words(uow, place)
    uow.record(CallChanged(call))
    for circle in circles:
        uow.record(CircleChanged(circle))
    uow.record(WithoutCircle(call, tuple(one.id for one in without)))
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
    companies = {place.company_id for place in inside}
    home = uow.settings.host
    fitting = [place for place in fitting
               if all(_are_allied(uow, home, place, other) for other in inside)]  # fmt: skip
    if not fitting:
        raise Conflict("Nobody without a circle fits in here.")
    chosen = min(fitting, key=lambda place: (place.company_id in companies, -len(place.slots), place.id))
    await _ask(uow, circle, call, [chosen])
    uow.record(CircleChanged(circle))
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
    """Of our people those who have an account, of others those of companies that we are allied with."""
    rows = await uow.db.scalars(
        select(CirclePlace)
        .outerjoin(Employee, Employee.id == CirclePlace.person_id)
        .outerjoin(Partner, Partner.company_id == CirclePlace.company_id)
        .where(CirclePlace.call_id == call_id)
        .where(
            or_(
                and_(Employee.id.is_not(None), Employee.disabled_at.is_(None)),
                and_(CirclePlace.person_id.is_(None), Partner.state == "allied"),
            )
        )
        .order_by(CirclePlace.id)
        .options(joinedload(CirclePlace.company))
    )
    return list(rows.all())


async def _question(uow: UnitOfWork, call: CircleCall, places: Sequence[CirclePlace]) -> Question:
    key_of = {place.person_id: str(place.id) for place in places if place.person_id is not None}
    met, words = await _met(uow, list(key_of)), {place.id: words_of(uow, place) for place in places}
    pairs, apart = pairs_of(places, words), _apart(places, words)
    hosts = {place.company.host for place in places}
    people = tuple(
        SignUp(
            key=str(place.id),
            company=place.company.host,
            topics=tuple(place.topics),
            slots=frozenset(place.slots),
            languages=tuple(place.languages),
            utc_offset=place.utc_offset,
            partner=pairs.get(place.id) or _colleague(key_of, place),
            avoids=frozenset(_keys(key_of, avoided_by(uow, place)) | apart[place.id]),
            avoids_companies=_not_allied(uow.settings.host, place, words[place.id], hosts),
            met=frozenset(_keys(key_of, met.get(place.person_id or 0, ()))),
        )
        for place in places
    )
    return Question(people, Rules(call.smallest, call.largest))


def _colleague(key_of: dict[int, str], place: CirclePlace) -> str | None:
    return key_of.get(place.partner_id) if place.partner_id is not None else None


def _apart(places: Sequence[CirclePlace], words: dict[int, Words]) -> dict[int, set[str]]:
    """By the tokens that other companies put on two of their places; never between companies."""
    holders: dict[tuple[int, str], set[int]] = {}
    for place in places:
        for token in words[place.id].apart:
            holders.setdefault((place.company_id, token), set()).add(place.id)
    apart: dict[int, set[str]] = {place.id: set() for place in places}
    for together in holders.values():
        for number in together:
            apart[number] |= {str(other) for other in together - {number}}
    return apart


def _not_allied(home: str, place: CirclePlace, words: Words, hosts: set[str]) -> frozenset[str]:
    """Companies whose people can't sit in a circle with somebody of another one, as that one says."""
    own = place.company.host
    if place.person_id is not None:
        return frozenset()
    return frozenset(host for host in hosts - {own, home} if ally_token(own, host) not in words.allies)


def _are_allied(uow: UnitOfWork, home: str, one: CirclePlace, other: CirclePlace) -> bool:
    hosts = {one.company.host, other.company.host}
    if one.company_id == other.company_id or home in hosts:
        return True
    token = ally_token(one.company.host, other.company.host)
    return token in words_of(uow, one).allies and token in words_of(uow, other).allies


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
        if person_id is not None:
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
    ours = [place.person_id for place in places if place.person_id is not None]
    await tell_of_circle(uow, "circle_asked", circle, call, ours)


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
