"""What an address from another site names: a session, an event, or somebody to follow."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Invalid, NotFound
from alliance.models import Session
from alliance.queries.communities import community
from alliance.queries.sessions import find, find_by_uri
from federation.documents import person_document
from federation.fetch import Budget
from federation.uris import COMPANY, INSTANCE, community_id_of, host_of, person_id_of
from federation.vocabulary.actor import ACTOR_TYPES, Actor, parse_actor
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Malformed, is_uri, kind_of
from federation.webfinger import find_instance, read_typed
from federation.wiring import Federation
from web.pages.visit import Visit

MOST_FETCHES = 6


@dataclass(frozen=True)
class Found:
    """One of three: a session that we know, an Event that was fetched, or an actor; `page` is ours for it."""

    uri: str
    session: Session | None = None
    event: Event | None = None
    actor: Actor | None = None
    page: str | None = None

    async def stored(self, db: AsyncSession) -> int | None:
        """The session under which the Event was just taken in."""
        return await db.scalar(select(Session.id).where(Session.uri == self.uri))


async def look_at(visit: Visit, uri: str) -> Found:
    """What the address names, as far as the visitor may know it; asks its own server where we don't know it.

    Nothing is stored. Raises Invalid, NotFound, Malformed, FetchFailed.
    """
    federation: Federation = visit.request.app.state.federation
    own = federation.uris.session_id(uri)
    if own is not None:
        return _session(uri, await find(visit.db, visit.viewer, own))
    if federation.uris.is_ours(uri):
        return await _ours(visit, federation, uri)
    try:
        return _session(uri, await find_by_uri(visit.db, visit.viewer, uri))
    except NotFound:
        return await _fetched(visit, federation, uri)


def _session(uri: str, session: Session) -> Found:
    return Found(uri, session=session, page=f"/sessions/{session.id}")


async def _ours(visit: Visit, federation: Federation, uri: str) -> Found:
    """Our own company and people have pages here. Raises NotFound for everything else."""
    actor = federation.uris.actor_key(uri)
    if actor in (INSTANCE, COMPANY):
        return Found(uri, page="/")
    community_id = community_id_of(actor or "")
    if community_id is not None:
        await community(visit.db, visit.viewer, community_id)
        return Found(uri, page=f"/communities/{community_id}")
    person_id = person_id_of(actor or "")
    if person_id is None:
        raise NotFound
    await person_document(visit.db, visit.viewer, visit.instance.settings, person_id)
    return Found(uri, page=f"/people/{person_id}")


async def _fetched(visit: Visit, federation: Federation, uri: str) -> Found:
    budget = Budget(MOST_FETCHES)
    if is_uri(uri):
        document = await federation.fetcher.document(uri, budget)
    else:
        typed = read_typed(uri, plain_http=visit.instance.settings.danger_private_networks)
        if typed.username is None:
            raise Invalid("This is not an address that we can look up.")
        document = (await find_instance(federation.fetcher, typed, budget)).document
    data = dict(document.data)
    if kind_of(data) in ACTOR_TYPES:
        actor = parse_actor(data)
        if host_of(actor.inbox) != host_of(actor.id):
            raise Malformed("an inbox on another host")
        return Found(document.id, actor=replace(actor, keys=()))
    if kind_of(data) == "Event":
        event = parse_event(data)
        if host_of(event.attributed_to) != host_of(event.id):
            raise Malformed("the author is on another host than the session")
        return Found(document.id, event=event)
    raise Invalid("This is neither a session nor anybody who can be followed.")
