"""Gives people from elsewhere places in our sessions, and takes them back; whatever dialect they speak."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from alliance.errors import Conflict, Forbidden, Gone, NotFound
from alliance.joining import NoPlace, Voice, Why
from alliance.models import ActorBlock, Attendance, ExpertProfile, Person, Session
from alliance.receiving import (
    receive_attendance_doubt,
    receive_attendance_request,
    receive_attendance_withdrawal,
    receive_person,
)
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer, visible_sessions
from federation.actors import find_actor
from federation.announcing.attendances import refuse_or_accept
from federation.announcing.rsvp import addressee, tell_absence, tell_refusal
from federation.announcing.sessions import loaded_session
from federation.fetch import Budget
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.standing import home_of
from federation.rsvp_messages import count_word, speaks_too_often
from federation.translate.news import person_news
from federation.uris import Uris
from federation.vocabulary.actor import Actor

if TYPE_CHECKING:
    from federation.wiring import Federation


_JOIN = Voice()


@dataclass(frozen=True)
class PlaceAsked:
    """Who wants what of which session of ours, the id of the message that says so, and in which dialect."""

    session_id: int | None
    person: Actor | None
    request_uri: str
    wish: Literal["join", "maybe", "leave"] = "join"
    voice: Voice = _JOIN


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
    """A place, a wait or a question to the host, a doubt, a goodbye; the answer goes out with it.

    Whoever can't have a place is told. A session that they may not see is the same as none.
    """
    if asked.session_id is None or asked.person is None:
        return ignored("no session of ours")
    refusal = await not_heard(uow, incoming, asked.session_id)
    if refusal is not None:
        return refusal
    await _count(uow, incoming, asked.session_id)
    try:
        # Nothing is kept of people who ask for what they can't have.
        async with uow.attempt():
            attendance = await _apply(uow, asked, asked.person)
    except (NotFound, Gone):
        return ignored("no session that they may see")
    except Forbidden:
        return ignored("blocked")
    except NoPlace as no_place:
        await _refuse(uow, incoming, asked, asked.person, no_place.why)
        return Outcome("processed", f"no place: {no_place}"[:200])
    if attendance is None:
        await _refuse(uow, incoming, asked, asked.person, None)
    return PROCESSED


async def not_heard(uow: UnitOfWork, incoming: Incoming, session_id: int | None) -> Outcome | None:
    """Why nothing is done for somebody, or None: where we stand with them, what they see, how often they ask.

    `session_id` None: about no session in particular. People of allies are counted by their own instance.
    """
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    blocked = select(ActorBlock.id).where(
        ActorBlock.actor_uri == incoming.actor_uri, ActorBlock.by_them.is_(False)
    )
    if await uow.db.scalar(blocked) is not None:
        return ignored("blocked")
    viewer = partner_viewer(standing.company.id if standing is not None else None)
    seen = select(Session.id).where(Session.id == session_id, visible_sessions(viewer))
    if session_id is not None and await uow.db.scalar(seen) is None:
        return ignored("no session that they may see")
    is_ally = standing is not None and standing.is_allied
    if not is_ally and await speaks_too_often(uow, incoming.actor_uri):
        return ignored("too many messages within an hour")
    return None


async def _count(uow: UnitOfWork, incoming: Incoming, session_id: int) -> None:
    standing = await home_of(uow.db, incoming.host)
    if standing is None or not standing.is_allied:
        await count_word(uow, incoming.actor_uri, session_id)


async def _apply(uow: UnitOfWork, asked: PlaceAsked, actor: Actor) -> Attendance | None:
    """None when somebody leaves who never came."""
    session_id = asked.session_id or 0
    if asked.wish == "leave":
        person_id = await uow.db.scalar(select(Person.id).where(Person.uri == actor.id))
        if person_id is None:
            return None
        return await receive_attendance_withdrawal(uow, session_id, person_id, asked.request_uri, asked.voice)
    person = await known_person(uow, actor)
    receive = receive_attendance_request if asked.wish == "join" else receive_attendance_doubt
    return await receive(uow, session_id, person.id, asked.request_uri, asked.voice)


async def give_back(
    uow: UnitOfWork,
    incoming: Incoming,
    session_id: int | None,
    voice: Voice | None = None,
    request_uri: str | None = None,
) -> Outcome:
    """The sender no longer wants a place in this session of ours; never refused, however often they say it.

    Without a `voice` of its own (Leave, Undo) it is confirmed as the place was asked for.
    """
    person_id = await uow.db.scalar(select(Person.id).where(Person.uri == incoming.actor_uri))
    if session_id is None or person_id is None:
        return ignored("nothing to give back")
    try:
        given = await receive_attendance_withdrawal(uow, session_id, person_id, request_uri, voice)
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


async def _refuse(
    uow: UnitOfWork, incoming: Incoming, asked: PlaceAsked, person: Actor, why: Why | None
) -> None:
    """Says in the same dialect that there is no place; `why` None: somebody left who never came."""
    session = await loaded_session(uow.db, asked.session_id or 0)
    if session is None:
        return
    if asked.voice.dialect == "join":
        await refuse_or_accept(uow, "Reject", asked.request_uri, person.id, person.inbox, session)
        return
    page = Uris(uow.settings.origin).session(session.id)
    reply_to = page if asked.voice.dialect == "accept" else asked.request_uri
    to = addressee(person, incoming.host, asked.voice.language or session.language)
    if why is None:
        await tell_absence(uow, to, person.inbox, session, reply_to)
    else:
        await tell_refusal(uow, to, person.inbox, session, why, reply_to)
