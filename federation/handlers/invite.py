"""Invite: an allied company asks one of our experts to hold a session of theirs together with its host."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.errors import Conflict, NotFound
from alliance.models import Session
from alliance.receiving_hosting import receive_hosting_invitation
from alliance.unit_of_work import UnitOfWork
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.co_hosts import believed
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.sessions import take_in
from federation.handlers.standing import not_allied, publisher
from federation.uris import host_of, person_id_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import id_of

if TYPE_CHECKING:
    from federation.wiring import Federation

_HOSTS = "#organizers"


@dataclass(frozen=True)
class Invited:
    """Which of our people is asked into which session; `missed`: that session, where we did not know it."""

    activity: Activity
    session_uri: str | None = None
    person_id: int | None = None
    missed: Event | None = None


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Invited:
    """Reads it, and fetches a session that got lost. Raises Malformed, FetchFailed."""
    activity = parse_activity(incoming.activity)
    if not activity.object.endswith(_HOSTS):
        return Invited(activity)
    target = federation.uris.actor_key(id_of(incoming.activity.get("target"), "target"))
    person_id = person_id_of(target) if target is not None else None
    session_uri = activity.object.removesuffix(_HOSTS)
    if person_id is None or host_of(session_uri) != host_of(incoming.actor_uri):
        return Invited(activity, session_uri, person_id)
    async with federation.instance.reading() as db:
        refusal = not_allied(await publisher(db, incoming.actor_uri))
        known = await db.scalar(select(Session.id).where(Session.uri == session_uri))
    if refusal is not None or known is not None:
        return Invited(activity, session_uri, person_id)
    missed = await _missed(federation, session_uri, incoming.actor_uri, budget)
    return Invited(activity, session_uri, person_id, missed)


def authorise(incoming: Incoming, prepared: Invited) -> None:
    """A company invites into its own sessions, and people invite nobody. Raises Refused."""
    if prepared.session_uri is not None and host_of(prepared.session_uri) != host_of(incoming.actor_uri):
        raise Refused("the session is somebody else's")


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Invited
) -> Outcome:
    """Asks our expert, if the company is allied now and sees them."""
    if prepared.session_uri is None or prepared.person_id is None:
        return ignored("nobody of ours is asked to hold a session")
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    if prepared.missed is not None:
        await take_in(uow, standing.company, prepared.missed)
    try:
        await receive_hosting_invitation(
            uow,
            company_id=standing.company.id,
            session_uri=prepared.session_uri,
            person_id=prepared.person_id,
            request_uri=prepared.activity.id,
        )
    except NotFound:
        return ignored("no session of theirs, or no expert whom they see")
    except Conflict as reason:
        return ignored(reason.detail or "nothing to ask")
    return PROCESSED


async def _missed(
    federation: "Federation", session_uri: str, company_uri: str, budget: Budget
) -> Event | None:
    try:
        document = await federation.fetcher.document(session_uri, budget)
    except (MissingThere, GoneThere):
        return None
    if document.data.get("type") != "Event":
        return None
    event = await believed(federation, parse_event(dict(document.data)), budget)
    return event if event.attributed_to == company_uri and event.id == session_uri else None
