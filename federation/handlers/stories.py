"""Takes in what people of allied companies tell; shared by Create and Update."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.models import Comment, Story
from alliance.receiving_stories import receive_story, withdraw_story
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.attending import known_person
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.notes import author_of
from federation.handlers.places_of_notes import place_of
from federation.handlers.standing import home_of, not_allied
from federation.handlers.tombstones import bury, is_buried
from federation.moves import names_of
from federation.translate.story_note import story_news
from federation.uris import Uris, host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.note import Note, parse_note

if TYPE_CHECKING:
    from federation.wiring import Federation

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class StoryToldThere:
    """A Note with its author, who is at home at `home` (scheme and host of an allied company)."""

    note: Note
    author: Actor
    home: str


async def story_told(federation: "Federation", activity: Activity, budget: Budget) -> StoryToldThere | None:
    """Reads the Note in a Create or Update of somebody of an allied company; None for every other Note.

    What stands in the conversation of a session is a comment, and nobody but the sender is looked up. Raises
    Malformed, FetchFailed.
    """
    note = parse_note(activity.embedded or {})
    host = host_of(activity.actor)
    if note.attributed_to != activity.actor or host_of(note.id) != host:
        return None
    async with federation.instance.reading() as db:
        standing = await home_of(db, host)
        if standing is None or not standing.is_allied:
            return None
        if activity.actor in (standing.company.uri, standing.company.instance_uri):
            return None  # companies tell sessions
        if not await _is_story(db, federation.uris, note):
            return None
    return StoryToldThere(note, await author_of(federation, note, budget), standing.company.server)


def authorise_story(incoming: Incoming, told: StoryToldThere) -> None:
    """People speak for themselves, from their own server; companies tell sessions. Raises Refused."""
    if told.note.attributed_to != incoming.actor_uri or told.author.id != incoming.actor_uri:
        raise Refused("somebody else wrote it")
    if host_of(told.note.id) != incoming.host:
        raise Refused("the note is on another host than its author")
    if told.author.type != "Person":
        raise Refused("only people tell stories")


async def receive_story_told(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, told: StoryToldThere
) -> Outcome:
    """Stores the story, as things stand now."""
    refusal = not_allied(await home_of(uow.db, incoming.host))
    if refusal is not None:
        return refusal
    news = story_news(told.note, federation.uris, Uris(told.home))
    if await is_buried(uow, told.note.id, news.updated_at or _LONG_AGO):
        return ignored("deleted already")
    try:
        # Nothing is kept of people who tell what is not taken.
        async with uow.attempt():
            person = await known_person(uow, told.author)
            stored = await receive_story(uow, person, news)
    except Forbidden as reason:
        return refused(reason.detail or "somebody else wrote it")
    except TooMany:
        return refused("too many stories at once")
    except NotFound:
        return ignored("an answer to something that is not here")
    except (Conflict, Invalid) as reason:
        return ignored(f"not taken: {reason.detail or reason}"[:200])
    return PROCESSED if stored is not None else ignored("something newer is known")


async def forget_story(uow: UnitOfWork, uri: str, incoming: Incoming) -> Outcome | None:
    """Its author takes it back; None when it is no story."""
    try:
        if await withdraw_story(uow, uri, await names_of(uow.db, incoming.actor_uri)):
            return PROCESSED
    except Forbidden:
        return refused("somebody else wrote it")
    return None


async def bury_story(uow: UnitOfWork, uri: str, incoming: Incoming, at: datetime | None) -> Outcome | None:
    """A note of somebody of an allied company was deleted before it arrived; None for everybody else's.

    It is remembered as gone, so that a Create that was overtaken won't bring it.
    """
    standing = await home_of(uow.db, incoming.host)
    if standing is None or standing.state not in ("allied", "paused"):
        return None
    await bury(uow, uri, at)
    return PROCESSED


async def _is_story(db: AsyncSession, uris: Uris, note: Note) -> bool:
    """Whether this is told for its own sake, or answers something that was."""
    is_comment, is_told = await _known(db, note.id)
    if is_comment or is_told:
        return is_told
    if note.in_reply_to is None:
        return await place_of(db, uris, note.context) is None
    if uris.story_key(note.in_reply_to) is not None:
        return True
    return (await _known(db, note.in_reply_to))[1]


async def _known(db: AsyncSession, uri: str) -> tuple[bool, bool]:
    """Whether a comment, and whether a story from elsewhere, has this identity."""
    comment, story = exists().where(Comment.uri == uri), exists().where(Story.uri == uri)
    row = (await db.execute(select(comment, story))).one()
    return bool(row[0]), bool(row[1])
