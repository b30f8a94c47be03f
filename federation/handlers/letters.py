"""Takes in what people of allied companies write to one of ours alone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Forbidden, Invalid, NotFound, TooMany
from alliance.models import Comment, Employee, Story
from alliance.receiving_letters import receive_letter, withdraw_letter
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.attending import known_person
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.notes import author_of
from federation.handlers.places_of_notes import place_of
from federation.handlers.standing import home_of, not_allied
from federation.handlers.tombstones import is_buried
from federation.moves import names_of
from federation.translate.letter_note import addressee_of
from federation.uris import host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.note import Note, parse_note

if TYPE_CHECKING:
    from federation.wiring import Federation

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LetterTold:
    """A Note to one of our people, and who wrote it."""

    note: Note
    author: Actor
    receiver_id: int


async def letter_told(federation: "Federation", activity: Activity, budget: Budget) -> LetterTold | None:
    """Reads the Note in a Create of somebody of an allied company; None for every Note that is no letter.

    What answers a session or a comment is for its host, as before. Nobody but the sender is looked up.
    Raises Malformed, FetchFailed.
    """
    note = parse_note(activity.embedded or {})
    receiver_id = addressee_of(note, federation.uris)
    if receiver_id is None or note.attributed_to != activity.actor:
        return None
    host = host_of(activity.actor)
    if host_of(note.id) != host:
        return None
    async with federation.instance.reading() as db:
        standing = await home_of(db, host)
        if standing is None or not standing.is_allied:
            return None
        if activity.actor in (standing.company.uri, standing.company.instance_uri):
            return None  # companies answer people about their places
        if not await _is_letter(db, federation, note, receiver_id):
            return None
    return LetterTold(note, await author_of(federation, note, budget), receiver_id)


def authorise_letter(incoming: Incoming, told: LetterTold) -> None:
    """People write in their own name, from their own server. Raises Refused."""
    if told.note.attributed_to != incoming.actor_uri or told.author.id != incoming.actor_uri:
        raise Refused("somebody else wrote it")
    if host_of(told.note.id) != incoming.host:
        raise Refused("the note is on another host than its author")
    if told.author.type != "Person":
        raise Refused("only people write letters")


async def receive_letter_told(uow: UnitOfWork, incoming: Incoming, told: LetterTold) -> Outcome:
    """Puts the letter into the receiver's post, as things stand now.

    Whoever hides, keeps the writer away or is not there is one and the same to the sender's server.
    """
    refusal = not_allied(await home_of(uow.db, incoming.host))
    if refusal is not None:
        return refusal
    note = told.note
    if await is_buried(uow, note.id, note.published or _LONG_AGO):
        return ignored("deleted already")
    try:
        # Nothing is kept of people who write what is not taken.
        async with uow.attempt():
            person = await known_person(uow, told.author)
            stored = await receive_letter(
                uow, person, told.receiver_id, note.id, note.content, note.published
            )
    except Forbidden as reason:
        return refused(reason.detail or "not from an allied company")
    except TooMany:
        return refused("too many letters at once")
    except NotFound:
        return ignored("nobody who can be written to")
    except Invalid as reason:
        return ignored(f"not taken: {reason.detail or reason}"[:200])
    return PROCESSED if stored is not None else ignored("known already")


async def forget_letter(uow: UnitOfWork, uri: str, incoming: Incoming) -> Outcome | None:
    """Its writer takes it back; None when it is no letter."""
    try:
        taken = await withdraw_letter(uow, uri, await names_of(uow.db, incoming.actor_uri))
    except Forbidden:
        return refused("somebody else wrote it")
    return PROCESSED if taken else None


async def _is_letter(db: AsyncSession, federation: "Federation", note: Note, receiver_id: int) -> bool:
    known = select(exists().where(Comment.uri == note.id) | exists().where(Story.uri == note.id))
    if await db.scalar(known) or await db.get(Employee, receiver_id) is None:
        return False
    for answered in (note.in_reply_to, note.context):
        if answered is not None and await place_of(db, federation.uris, answered) is not None:
            return False
    return True
