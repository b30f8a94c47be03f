"""Takes in what an allied company says about one of its sessions; shared by Create, Update and Announce."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.models import Company, ExpertProfile, Person
from alliance.receiving import receive_person, receive_session
from alliance.unit_of_work import UnitOfWork
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.co_hosts import believed, take_in_co_hosts
from federation.handlers.external import (
    ExternalTold,
    authorise_external,
    external_told,
    receive_external_told,
)
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.standing import not_allied, publisher
from federation.handlers.tombstones import is_buried
from federation.translate.news import organizer_news, session_news
from federation.uris import host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.event import Event, Organizer, parse_event

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class SessionTold:
    """An Event that came with an activity, or the reason to pass over it; `external`: about a source's."""

    event: Event | None = None
    outcome: Outcome = PROCESSED
    external: ExternalTold | None = None


async def session_told(federation: "Federation", activity: Activity, budget: Budget) -> SessionTold:
    """Reads the Event in a Create or Update; fetches it where only its id was sent, by allies or sources.

    Raises Malformed, FetchFailed.
    """
    async with federation.instance.reading() as db:
        standing = await publisher(db, activity.actor)
    if (refusal := not_allied(standing)) is not None:
        return SessionTold(outcome=refusal, external=await external_told(federation, activity, budget))
    if activity.embedded is not None:
        return SessionTold(await believed(federation, parse_event(activity.embedded), budget))
    try:
        document = await federation.fetcher.document(activity.object, budget)
    except (MissingThere, GoneThere):
        return SessionTold(outcome=ignored("gone already"))
    return SessionTold(await believed(federation, parse_event(dict(document.data)), budget))


def authorise_session(incoming: Incoming, told: SessionTold) -> None:
    """A company speaks about its own sessions, on its own host, and about nobody else's. Raises Refused."""
    if told.external is not None:
        authorise_external(incoming, told.external)
    event = told.event
    if event is None:
        return
    if host_of(event.id) != host_of(incoming.actor_uri):
        raise Refused("the session is on another host")
    if event.attributed_to != incoming.actor_uri:
        raise Refused("the session is somebody else's")


async def receive_told(uow: UnitOfWork, told: SessionTold) -> Outcome:
    """Stores it if its company is allied now, or its source is followed."""
    if told.external is not None:
        return await receive_external_told(uow, told.external)
    if told.event is None:
        return told.outcome
    standing = await publisher(uow.db, told.event.attributed_to)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    return await take_in(uow, standing.company, told.event)


async def take_in(uow: UnitOfWork, company: Company, event: Event) -> Outcome:
    """One session of a company as its Event says, unless a Delete or something newer is known already.

    Raises Invalid for nonsense.
    """
    news = session_news(event, uow.now)
    if await is_buried(uow, event.id, news.updated_at):
        return ignored("deleted before")
    for organizer in event.organizers:
        if organizer.is_confirmed or _is_at_home(organizer, event):
            await _introduce_host(uow, organizer)
    # A session that was for nobody outside for a while comes back; only a Delete is remembered as final.
    session = await receive_session(uow, company.id, news, may_return=True)
    if session is None:
        return ignored("something newer is known")
    await take_in_co_hosts(uow, session, event)
    return PROCESSED


def _is_at_home(organizer: Organizer, event: Event) -> bool:
    return bool(organizer.name) and host_of(organizer.id) == host_of(event.id)


async def _introduce_host(uow: UnitOfWork, organizer: Organizer) -> None:
    """A host of whom only the name is known; whoever has published a profile keeps it."""
    known = await uow.db.scalar(
        select(ExpertProfile.published_at)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(Person.uri == organizer.id)
    )
    if known is None:
        await receive_person(uow, organizer_news(organizer))
