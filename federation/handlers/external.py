"""Takes in what an external source says about its events; shared by Create, Update, Delete and Announce.

Whoever wrote an event is believed about it. What anybody else on that server says is a hint: the event is
then fetched from where it lies. Nothing that lies on another server than the source is looked at.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Session, Source
from alliance.receiving import forget_session
from alliance.receiving_external import receive_external
from alliance.sources import locked_source
from alliance.unit_of_work import UnitOfWork
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.tombstones import bury, is_buried
from federation.translate.external_event import embedded_event, external_news
from federation.uris import host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Malformed, id_of, kind_of

if TYPE_CHECKING:
    from federation.wiring import Federation

MOST_FETCHES = 6
"""For one activity of a source: the event, and what redirects and a second knock cost."""
_WRAPPED = ("Create", "Update", "Delete")


@dataclass(frozen=True)
class ExternalTold:
    """What an activity says about an event of a source: how it is now, that it is gone, or why to be deaf."""

    company_id: int = 0
    object: str = ""
    event: Event | None = None
    is_gone: bool = False
    outcome: Outcome = PROCESSED


async def external_told(federation: "Federation", activity: Activity, budget: Budget) -> ExternalTold | None:
    """Reads the Event in a Create or Update; None when the sender has nothing to do with a source.

    Raises Malformed, FetchFailed.
    """
    async with federation.instance.reading() as db:
        if not await _is_host_of_source(db, activity.actor):
            return None
        event = embedded_event(activity) if activity.embedded is not None else None
        author = event.attributed_to if event else activity.actor
        source = await _source_of(db, activity, author)
    if source is None:
        return None
    if (deaf := _deaf(source)) is not None:
        return ExternalTold(outcome=deaf)
    if event is not None and author == activity.actor:
        return ExternalTold(source.company_id, event.id, event)
    return await _asked(federation, source, activity.object, activity.actor, budget)


async def external_announced(
    federation: "Federation", activity: Activity, budget: Budget
) -> ExternalTold | None:
    """Fetches what a source announces, be it an event or (WordPress, Lemmy) what was done with it.

    None when the sender is no source. Raises Malformed, FetchFailed.
    """
    async with federation.instance.reading() as db:
        source = await db.scalar(select(Source).where(Source.uri == activity.actor))
    if source is None:
        return None
    if (deaf := _deaf(source)) is not None:
        return ExternalTold(outcome=deaf)
    about = activity.object
    if activity.embedded is not None and activity.embedded_type in _WRAPPED:
        about = id_of(activity.embedded.get("object"), "object")
    return await _asked(federation, source, about, activity.actor, budget)


async def external_gone(federation: "Federation", activity: Activity, budget: Budget) -> ExternalTold | None:
    """Whether an event of a source is gone; None for what is no event of a source. Raises FetchFailed."""
    async with federation.instance.reading() as db:
        session = await db.scalar(
            select(Session).where(Session.uri == activity.object, Session.author_uri.is_not(None))
        )
        source = await db.get(Source, session.company_id) if session is not None else None
    if session is None or source is None:
        return None
    if host_of(activity.actor) != source.host:
        return ExternalTold(outcome=refused("not on the sender's host"))
    if activity.actor == session.author_uri:
        return ExternalTold(source.company_id, activity.object, is_gone=True)
    found = await _asked(federation, source, activity.object, activity.actor, budget)
    return found if found.is_gone else ExternalTold(outcome=refused("the session is somebody else's"))


def authorise_external(incoming: Incoming, told: ExternalTold) -> None:
    """Event and author are at home where the sender is. Raises Refused."""
    event = told.event
    if event is None:
        return
    if host_of(event.id) != host_of(incoming.actor_uri):
        raise Refused("the session is on another host")
    if host_of(event.attributed_to) != host_of(event.id):
        raise Refused("the author is on another host than the session")


async def receive_external_told(uow: UnitOfWork, told: ExternalTold) -> Outcome:
    """Stores or forgets it, if its source is still followed."""
    if told.event is None and not told.is_gone:
        return told.outcome
    source = await locked_source(uow, told.company_id)
    if source is None:
        return ignored("not followed")
    if told.is_gone:
        return await _forget(uow, source, told.object, is_deleted=True)
    if (deaf := _deaf(source)) is not None:
        return deaf
    return await take_in_external(uow, source, told.event) if told.event is not None else told.outcome


async def take_in_external(uow: UnitOfWork, source: Source, event: Event) -> Outcome:
    """One event of a source (locked) as its own server tells it. Raises Invalid, Malformed for nonsense."""
    if not event.is_public:
        await _forget(uow, source, event.id, is_deleted=False)
        return ignored("not for everybody")
    news = external_news(event, uow.now)
    if await is_buried(uow, event.id, news.updated_at):
        return ignored("deleted before")
    taken = await receive_external(uow, source, news, event.attributed_to)
    if taken == "somebody else's":
        return refused("the session is somebody else's")
    return PROCESSED if taken == "taken" else ignored(taken)


async def _asked(
    federation: "Federation", source: Source, about: str, actor: str, budget: Budget
) -> ExternalTold:
    """The event as its own server shows it now. Raises FetchFailed, Malformed."""
    if host_of(about) != source.host or host_of(actor) != source.host:
        return ExternalTold(outcome=refused("the session is on another host"))
    own = Budget(min(MOST_FETCHES, budget.left))
    try:
        document = dict((await federation.fetcher.document(about, own)).data)
    except (MissingThere, GoneThere):
        return ExternalTold(source.company_id, about, is_gone=True)
    finally:
        budget.left = max(0, budget.left - MOST_FETCHES + own.left)
    kind = kind_of(document)
    if kind == "Tombstone":
        return ExternalTold(source.company_id, about, is_gone=True)
    if kind != "Event":
        return ExternalTold(outcome=ignored("not an Event"))
    event = parse_event(document)
    if host_of(event.id) != source.host:
        raise Malformed("an event that calls itself otherwise")
    return ExternalTold(source.company_id, event.id, event)


async def _is_host_of_source(db: AsyncSession, actor: str) -> bool:
    known = select(Source.company_id).where(Source.host == host_of(actor)).limit(1)
    return await db.scalar(known) is not None


async def _source_of(db: AsyncSession, activity: Activity, author: str) -> Source | None:
    """The source that speaks, that wrote it, or of which we have the event."""
    for uri in (activity.actor, author):
        found = await db.scalar(select(Source).where(Source.uri == uri))
        if found is not None:
            return found
    return await db.scalar(
        select(Source)
        .join(Session, Session.company_id == Source.company_id)
        .where(Session.uri == activity.object, Source.host == host_of(activity.actor))
    )


def _deaf(source: Source) -> Outcome | None:
    if source.state != "following":
        return ignored("not followed")
    return ignored("paused") if source.is_paused else None


async def _forget(uow: UnitOfWork, source: Source, uri: str, *, is_deleted: bool) -> Outcome:
    owner = await uow.db.scalar(select(Session.company_id).where(Session.uri == uri))
    if owner is None:
        return ignored("unknown")
    if owner != source.company_id:
        return refused("the session is somebody else's")
    if is_deleted:
        await bury(uow, uri, uow.now)
    await forget_session(uow, uri)
    return PROCESSED
