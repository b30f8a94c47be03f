"""Finds out which session of ours a Note may want something of, and which private message it answers."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from federation.handlers.places_of_notes import place_of
from federation.rsvp_messages import RsvpMessage
from federation.told import SessionNote
from federation.translate.rsvp_words import READ
from federation.uris import Uris, identifier
from federation.vocabulary.note import Note

MOST_LINKS = 20


@dataclass(frozen=True)
class About:
    """`session_id` is None where nobody can tell which session is meant.

    `message`: the private message of ours that is answered. `is_named`: our company is mentioned.
    """

    session_id: int | None
    message: RsvpMessage | None = None
    is_named: bool = False


async def about(db: AsyncSession, uris: Uris, note: Note) -> About | None:
    """What a Note is about; None for what has nothing to do with a session of ours or with our company."""
    is_named = uris.company in (*note.to, *note.cc, *(who for who, _ in note.mentions))
    number = uris.note_id(note.in_reply_to or "")
    if number is not None:
        message = await db.get(RsvpMessage, number)
        if message is not None and message.kind != "word":
            return About(message.session_id or _linked(uris, note), message, is_named)
        told = await db.get(SessionNote, number)
        return About(told.session_id, None, is_named) if told is not None else None
    place = await place_of(db, uris, note.in_reply_to)
    if place is not None and place.session.uri is not None:
        return None
    if place is not None and (place.parent is None or is_named):
        return About(place.session.id, None, is_named)
    return About(_linked(uris, note), None, is_named) if is_named else None


def _linked(uris: Uris, note: Note) -> int | None:
    """The one session of ours that a text has a link to."""
    pattern = re.compile(re.escape(f"{uris.origin}/sessions/") + r"([0-9]{1,19})(?![0-9])")
    found = pattern.findall(note.content[:READ])[:MOST_LINKS]
    numbers = {identifier(digits) for digits in found}
    return numbers.pop() if len(numbers) == 1 else None
