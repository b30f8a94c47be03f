"""Gives people from elsewhere places in our sessions, and takes them back; whatever dialect they speak."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.errors import Conflict, Forbidden, Gone, NotFound
from alliance.models import Attendance, ExpertProfile, Person
from alliance.receiving import (
    receive_attendance_request,
    receive_attendance_withdrawal,
    receive_person,
)
from alliance.unit_of_work import UnitOfWork
from federation.actors import find_actor
from federation.announcing.attendances import refuse_or_accept
from federation.announcing.sessions import loaded_session
from federation.fetch import Budget
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.standing import home_of
from federation.translate.news import person_news
from federation.vocabulary.actor import Actor

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class PlaceAsked:
    """Who asks for a place in which session of ours, and the id of the message that asks."""

    session_id: int | None
    person: Actor | None
    request_uri: str


async def place_asked(
    federation: "Federation", incoming: Incoming, budget: Budget, session_id: int | None, request_uri: str
) -> PlaceAsked:
    """Learns who asks. Raises FetchFailed, Malformed."""
    if session_id is None:
        return PlaceAsked(None, None, request_uri)
    return PlaceAsked(session_id, await find_actor(federation, incoming.actor_uri, budget), request_uri)


def authorise_place(incoming: Incoming, asked: PlaceAsked) -> None:
    """People ask for themselves; groups and machines go nowhere. Raises Refused."""
    if asked.person is not None and asked.person.id != incoming.actor_uri:
        raise Refused("somebody else asks")
    if asked.person is not None and asked.person.type != "Person":
        raise Refused("only people take part")


async def receive_place_asked(uow: UnitOfWork, incoming: Incoming, asked: PlaceAsked) -> Outcome:
    """A place, a wait or a question to the host; the answer goes out with it. Whoever can't have one is told.

    A session that they may not see is the same as none.
    """
    if asked.session_id is None or asked.person is None:
        return ignored("no session of ours")
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    try:
        # Nothing is kept of people who ask for what they can't have.
        async with uow.db.begin_nested():
            person = await known_person(uow, asked.person)
            await receive_attendance_request(uow, asked.session_id, person.id, asked.request_uri)
    except (NotFound, Gone):
        return ignored("no session that they may see")
    except Forbidden:
        return ignored("blocked")
    except Conflict as conflict:
        await _refuse(uow, asked, asked.person)
        return Outcome("processed", f"no place: {conflict}"[:200])
    return PROCESSED


async def give_back(uow: UnitOfWork, incoming: Incoming, session_id: int | None) -> Outcome:
    """The sender no longer wants a place in this session of ours."""
    person_id = await uow.db.scalar(select(Person.id).where(Person.uri == incoming.actor_uri))
    if session_id is None or person_id is None:
        return ignored("nothing to give back")
    try:
        given = await receive_attendance_withdrawal(uow, session_id, person_id)
    except (NotFound, Gone, Conflict):
        return ignored("nothing to give back")
    return PROCESSED if given is not None else ignored("nothing to give back")


async def session_of_request(uow: UnitOfWork, incoming: Incoming, request_uri: str) -> int | None:
    """The session of ours that the sender asked for by this message."""
    return await uow.db.scalar(
        select(Attendance.session_id)
        .join(Person, Person.id == Attendance.person_id)
        .where(Person.uri == incoming.actor_uri, Attendance.request_uri == request_uri)
    )


async def known_person(uow: UnitOfWork, actor: Actor) -> Person:
    """The person behind the actor; a profile that they published before stays as it was told."""
    known = await uow.db.scalar(
        select(Person)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.uri == actor.id, ExpertProfile.published_at.is_not(None))
    )
    if known is not None:
        return known
    name = await uow.db.scalar(select(Person.name).where(Person.uri == actor.id))
    return await receive_person(uow, person_news(actor, known_as=name))


async def _refuse(uow: UnitOfWork, asked: PlaceAsked, person: Actor) -> None:
    session = await loaded_session(uow.db, asked.session_id or 0)
    if session is not None:
        await refuse_or_accept(uow, "Reject", asked.request_uri, person.id, person.inbox, session)
