"""Takes in what people elsewhere say about sessions; shared by Create, Update and Announce."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.models import Comment, Session
from alliance.receiving_comments import receive_comment
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer, visible_sessions
from federation.actors import find_actor
from federation.failures import DeniedThere, GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.attending import known_person
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.places_of_notes import Place, place_of
from federation.handlers.sessions import take_in
from federation.handlers.standing import home_of, not_allied, publisher, standing_of
from federation.translate.comment_note import comment_news
from federation.uris import host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.note import Note, is_note, parse_note
from federation.vocabulary.values import link_of

if TYPE_CHECKING:
    from federation.wiring import Federation


_NOW = timedelta(0)


@dataclass(frozen=True)
class NoteTold:
    """A Note with its author, or the reason to pass over it.

    `announced_by`: the company that holds the session says that this belongs to it. `session`: as that
    company shows it, where it was not known here yet.
    """

    note: Note | None = None
    author: Actor | None = None
    announced_by: str | None = None
    outcome: Outcome = PROCESSED
    session: Event | None = None


async def note_told(federation: "Federation", activity: Activity, budget: Budget) -> NoteTold:
    """Reads the Note in a Create or Update about a session of ours; nobody is asked about any other.

    A Note of another host is believed to nobody, so nothing is fetched for it. Raises Malformed, FetchFailed.
    """
    note = parse_note(activity.embedded or {})
    if note.attributed_to != activity.actor or host_of(note.id) != host_of(activity.actor):
        return NoteTold(note)
    async with federation.instance.reading() as db:
        place = await _place(db, federation, note)
        if place is None or place.session.uri is not None:
            return NoteTold(outcome=ignored("about no session of ours"))
        if not await _may_see(db, place.session, activity.actor):
            return NoteTold(outcome=ignored("no session that they may see"))
    return NoteTold(note, await author_of(federation, note, budget))


async def note_announced(federation: "Federation", activity: Activity, budget: Budget) -> NoteTold:
    """A Note that an ally says belongs to a session of its own, fetched from where it was written.

    The copy that comes along only tells which session that is; for one that is not theirs nobody is asked.
    Raises Malformed, FetchFailed.
    """
    named = place_named(activity)
    async with federation.instance.reading() as db:
        standing = await publisher(db, activity.actor)
        if (refusal := not_allied(standing)) is not None:
            return NoteTold(outcome=refusal)
        place = await place_of(db, federation.uris, named)
    missed = await _missed(federation, named, activity.actor, budget) if place is None else None
    if missed is None and (place is None or place.session.company.uri != activity.actor):
        return NoteTold(outcome=ignored("about no session of theirs"))
    try:
        document = await federation.fetcher.document(activity.object, budget)
    except (MissingThere, GoneThere, DeniedThere):
        return NoteTold(outcome=ignored("not for us, or gone already"))
    if not is_note(document.data):
        return NoteTold(outcome=ignored("not a Note"))
    note = parse_note(dict(document.data))
    if host_of(note.id) != host_of(note.attributed_to):
        return NoteTold(note, announced_by=activity.actor)
    author = await author_of(federation, note, budget)
    return NoteTold(note, author, announced_by=activity.actor, session=missed)


async def _missed(
    federation: "Federation", named: str | None, company_uri: str, budget: Budget
) -> Event | None:
    """A session on an ally's own host that was published before we were allied, or got lost."""
    if named is None or host_of(named) != host_of(company_uri):
        return None
    try:
        document = await federation.fetcher.document(named, budget)
    except (MissingThere, GoneThere, DeniedThere):
        return None
    event = parse_event(dict(document.data)) if document.data.get("type") == "Event" else None
    return event if event is not None and event.attributed_to == company_uri else None


def place_named(activity: Activity) -> str | None:
    """The session that an announced Note is said to be about."""
    return link_of((activity.embedded or {}).get("inReplyTo"))


def is_told(activity: Activity) -> bool:
    """Whether an activity brings a Note along."""
    return activity.embedded is not None and is_note(activity.embedded)


async def author_of(federation: "Federation", note: Note, budget: Budget) -> Actor:
    """Who wrote it, by name: our people's partners show theirs only once they have said something."""
    author = await find_actor(federation, note.attributed_to, budget)
    if author.name:
        return author
    return await find_actor(federation, note.attributed_to, budget, fresh_for=_NOW)


def authorise_note(incoming: Incoming, told: NoteTold) -> None:
    """People speak for themselves, from their own server; announced or not. Raises Refused."""
    if told.note is None:
        return
    if told.announced_by is None and told.note.attributed_to != incoming.actor_uri:
        raise Refused("somebody else wrote it")
    if host_of(told.note.id) != host_of(told.note.attributed_to):
        raise Refused("the note is on another host than its author")
    if told.author is not None and told.author.id != told.note.attributed_to:
        raise Refused("the author calls themselves otherwise")


async def receive_note(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, told: NoteTold
) -> Outcome:
    """Stores the comment, as one that is shown or one that somebody has to agree to."""
    if told.note is None or told.author is None:
        return told.outcome
    await _take_in_missed(uow, told)
    place = await _place(uow.db, federation, told.note)
    if place is None:
        return ignored("about no session of ours")
    refusal = await _refusal(uow, incoming, told, place.session)
    if refusal is not None:
        return refusal
    news = comment_news(told.note, federation.uris, place.session, place.session.company)
    if told.announced_by is not None and news.is_private:
        return ignored("said to one person alone")
    parent = await _parent(uow, place)
    try:
        # Nothing is kept of people who say what is not taken.
        async with uow.attempt():
            person = await known_person(uow, told.author)
            stored = await receive_comment(uow, place.session.id, person, news, parent)
    except Forbidden:
        return refused("somebody else wrote it")
    except TooMany:
        return refused("too many comments at once")
    except NotFound:
        return ignored("no session that they may see")
    except (Conflict, Invalid) as reason:
        return ignored(f"not taken: {reason.detail or reason}"[:200])
    return PROCESSED if stored is not None else ignored("something newer is known")


async def _take_in_missed(uow: UnitOfWork, told: NoteTold) -> None:
    if told.session is None or told.announced_by is None:
        return
    standing = await publisher(uow.db, told.announced_by)
    if standing is not None and standing.is_allied:
        await take_in(uow, standing.company, told.session)


async def _refusal(uow: UnitOfWork, incoming: Incoming, told: NoteTold, session: Session) -> Outcome | None:
    """Why nothing is taken, as things stand now."""
    if told.announced_by is not None:
        if session.company.uri != told.announced_by or session.uri is None:
            return ignored("about no session of theirs")
        return not_allied(await standing_of(uow.db, told.announced_by))
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    if session.uri is not None or not await _may_see(uow.db, session, incoming.actor_uri):
        return ignored("no session that they may see")
    return None


async def _place(db: AsyncSession, federation: "Federation", note: Note) -> Place | None:
    known = await db.scalar(select(Comment.session_id).where(Comment.uri == note.id))
    place = await place_of(db, federation.uris, note.in_reply_to)
    if place is None and note.context is not None:
        # What it answers may never have come here; the session that it names itself is as good.
        place = await place_of(db, federation.uris, note.context)
    # An edit may leave out what it answers; it stays where it was anyway.
    if place is None and known is not None:
        comment = await db.scalar(select(Comment.uri).where(Comment.uri == note.id))
        found = await place_of(db, federation.uris, comment)
        return Place(found.session) if found is not None else None
    return place


async def _parent(uow: UnitOfWork, place: Place) -> Comment | None:
    """What it answers, if that can be answered: what was said to the host alone has no answers in public."""
    parent = place.parent
    if parent is None or parent.is_private or parent.state == "deleted":
        return None
    return await uow.db.get(Comment, parent.id)


async def _may_see(db: AsyncSession, session: Session, actor_uri: str) -> bool:
    standing = await home_of(db, host_of(actor_uri))
    viewer = partner_viewer(standing.company.id if standing is not None else None)
    seen = select(Session.id).where(Session.id == session.id, visible_sessions(viewer))
    return await db.scalar(seen) is not None
