"""Finds out which session of ours a Note may want something of, and which private message it answers."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from federation.handlers.places_of_notes import place_of
from federation.rsvp_messages import RsvpMessage
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
    """What a Note is about; None for what has nothing to do with a session of ours or with our company.

    Nothing here depends on whether a session exists: whoever asks later for one that they may not see must
    get the same as for none.
    """
    is_named = uris.company in (*note.to, *note.cc, *(who for who, _ in note.mentions))
    answered, linked = note.in_reply_to or "", _linked(uris, note) if is_named else None
    number = uris.note_id(answered)
    message = await db.get(RsvpMessage, number) if number is not None else None
    if message is not None and message.kind != "word":
        return About(message.session_id or linked, message, is_named)
    session_id = uris.session_id(answered.partition("#")[0]) or linked
    if session_id is None and answered:
        place = await place_of(db, uris, answered)
        is_ours = place is not None and place.session.uri is None
        if place is None or not is_ours or (place.parent is not None and not is_named):
            return None
        session_id = place.session.id
    return About(session_id, None, is_named) if session_id is not None or is_named else None


def _linked(uris: Uris, note: Note) -> int | None:
    """The one session of ours that a text has a link to."""
    pattern = re.compile(re.escape(f"{uris.origin}/sessions/") + r"([0-9]{1,19})(?![0-9])")
    found = pattern.findall(note.content[:READ])[:MOST_LINKS]
    numbers = {identifier(digits) for digits in found}
    return numbers.pop() if len(numbers) == 1 else None
