"""Puts what was said beside a session, takes it away, and keeps what partners let us read of theirs."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from alliance.captions import Cue, cues_of, passages_of
from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import Fact, SessionChanged, SessionReceived
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.meeting_links import MEETING_LINK_PURPOSE, is_said_in
from alliance.models import MOST_TRANSCRIPTS, Company, Employee, Passage, Person, Session, Transcript
from alliance.publishing import session_to_change
from alliance.queries.search_marks import audience_mark
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.words import indexed

MOST_TRIES = 8
_FIRST_PAUSE = timedelta(minutes=2)


@dataclass(frozen=True)
class Prepared:
    """What was said, ready to be stored: lines, and passages as rows without what the database adds."""

    cues: tuple[Cue, ...]
    stored: bytes
    passages: tuple[tuple[str, int | None, tuple[str, ...]], ...]
    """Text, start in milliseconds, words by which it is found."""


def prepared(content: str) -> Prepared:
    """Reads a transcript; takes a second for the longest, so callers ask in a thread.

    Raises Invalid for the field `transcript`.
    """
    try:
        cues = cues_of(content)
    except Invalid as error:
        raise _beside(error) from error
    passages = ((one.text, one.start, tuple(indexed(one.text))) for one in passages_of(cues))
    return Prepared(tuple(cues), packed(cues), tuple(passages))


async def keep_transcript(
    uow: UnitOfWork, session_id: int, said: Prepared, language: str, by: Employee | None = None
) -> Transcript:
    """Puts what was said beside a session of ours, instead of what was there in that language.

    Raises Invalid with a problem per field, NotFound, Gone, Forbidden, Conflict.
    """
    session = await session_to_change(uow, session_id, by)
    if session.starts_at > uow.now:
        raise Conflict("What was said can be added once the session has begun.")
    _refuse_meeting_link(uow, session, said)
    chosen = known_language(language, session.language)
    session.transcripts = [one for one in session.transcripts if one.language != chosen]
    if len(session.transcripts) >= MOST_TRANSCRIPTS:
        raise Conflict("There are transcripts in {limit} languages already.", limit=MOST_TRANSCRIPTS)
    await uow.db.flush()
    transcript = Transcript(
        id=uow.new_id(), session_id=session.id, language=chosen, added_at=uow.now, is_there=True, tries=0
    )
    session.transcripts.append(transcript)
    await _write(uow, transcript, said, session.audience)
    await _changed(uow, session)
    return transcript


async def remove_transcript(
    uow: UnitOfWork, session_id: int, transcript_id: int, by: Employee | None = None
) -> None:
    """Takes it away again. Raises NotFound, Gone, Forbidden."""
    session = await session_to_change(uow, session_id, by)
    kept = [one for one in session.transcripts if one.id != transcript_id]
    if len(kept) == len(session.transcripts):
        raise NotFound
    session.transcripts = kept
    await _changed(uow, session)


async def hear_of_transcripts(
    uow: UnitOfWork, session: Session, company: Company, told: Sequence[tuple[str, str]]
) -> None:
    """Which transcripts a partner's session has now: language and address of each, on its company's server.

    What is new is fetched later; what is no longer told of is forgotten.
    """
    wanted: dict[str, str] = {}
    for language, uri in told:
        known = known_language(language, session.language)
        if len(wanted) < MOST_TRANSCRIPTS and len(uri) <= 500 and is_uri_of(company.server, uri):
            wanted.setdefault(known, uri)
    kept = [one for one in session.transcripts if wanted.get(one.language) == one.uri]
    if len(kept) == len(wanted) == len(session.transcripts):
        return
    session.transcripts = kept
    await uow.db.flush()
    for language in sorted(wanted.keys() - {one.language for one in kept}):
        session.transcripts.append(
            Transcript(
                id=uow.new_id(),
                session_id=session.id,
                language=language,
                uri=wanted[language],
                added_at=uow.now,
                is_there=False,
                fetch_at=uow.now,
                tries=0,
            )
        )
    await uow.db.flush()


async def take_in_transcript(uow: UnitOfWork, transcript_id: int, said: Prepared | None) -> None:
    """What a partner's server answered; None: nothing that can be read, so it is not asked again.

    Nothing happens when we have heard of another one meanwhile.
    """
    transcript = await _wanted(uow, transcript_id)
    if transcript is None:
        return
    if said is None:
        transcript.fetch_at = None
        await uow.db.flush()
        return
    audience = await uow.db.scalar(select(Session.audience).where(Session.id == transcript.session_id))
    transcript.is_there, transcript.fetch_at = True, None
    await _write(uow, transcript, said, audience or "company")
    await uow.db.flush()


async def transcript_not_had(uow: UnitOfWork, transcript_id: int) -> None:
    """It could not be fetched: it is tried again after pauses that grow, eight times altogether."""
    transcript = await _wanted(uow, transcript_id)
    if transcript is None:
        return
    transcript.tries += 1
    pause = _FIRST_PAUSE * 3**transcript.tries
    transcript.fetch_at = uow.now + pause if transcript.tries < MOST_TRIES else None
    await uow.db.flush()


async def forget_transcripts_of(uow: UnitOfWork, person: Person) -> None:
    """What was said in the sessions that somebody held, most of it by them, is no longer there."""
    held = (
        select(Session.id)
        .where(Session.host_id == person.id, Session.uri.is_(None), Session.withdrawn_at.is_(None))
        .join(Transcript, Transcript.session_id == Session.id)
        .distinct()
        .order_by(Session.id)
    )
    for session_id in (await uow.db.scalars(held)).all():
        session = await locked_session(uow.db, session_id)
        if session is not None:
            session.transcripts = []
            await _changed(uow, session)


async def mark_passages(uow: UnitOfWork, fact: Any) -> None:
    """Hears that a session has changed: what was said in it is found by those for whom the session now is."""
    mark = audience_mark(fact.session.audience)
    other = (Passage.session_id == fact.session.id) & (Passage.marks != mark)
    await uow.db.execute(
        update(Passage).where(other).values(marks=mark), execution_options={"synchronize_session": False}
    )


LISTENERS: dict[type[Fact], list[Listener]] = {
    SessionChanged: [mark_passages],
    SessionReceived: [mark_passages],
}


def packed(cues: Sequence[Cue]) -> bytes:
    """Lines as they are stored."""
    return zlib.compress(orjson.dumps([[cue.start, cue.end, cue.who, cue.text] for cue in cues]), 6)


def unpacked(stored: bytes | None) -> list[Cue]:
    """The same again."""
    if stored is None:
        return []
    return [Cue(text, start, end, who) for start, end, who, text in orjson.loads(zlib.decompress(stored))]


async def _wanted(uow: UnitOfWork, transcript_id: int) -> Transcript | None:
    return await uow.db.scalar(
        select(Transcript)
        .where(Transcript.id == transcript_id, Transcript.fetch_at.is_not(None))
        .with_for_update(key_share=True)
    )


async def _write(uow: UnitOfWork, transcript: Transcript, said: Prepared, audience: str) -> None:
    transcript.cues = said.stored
    await uow.db.flush()
    silent = {"synchronize_session": False}
    old = delete(Passage).where(Passage.transcript_id == transcript.id)
    await uow.db.execute(old, execution_options=silent)
    on_postgres = uow.db.get_bind().dialect.name == "postgresql"
    rows = [
        {
            "id": uow.new_id(),
            "transcript_id": transcript.id,
            "session_id": transcript.session_id,
            "number": number,
            "starts_ms": start,
            "text": text,
            "words": " ".join(words),
            "marks": audience_mark(audience),
            # The words as PostgreSQL writes them itself: no parser of its own changes them.
            "vector": " ".join(f"'{word}'" for word in words) if on_postgres else None,
        }
        for number, (text, start, words) in enumerate(said.passages)
    ]
    if rows:
        await uow.db.execute(insert(Passage), rows)


def _refuse_meeting_link(uow: UnitOfWork, session: Session, said: Prepared) -> None:
    if session.meeting_link is None:
        return
    link = uow.vault.open(session.meeting_link, MEETING_LINK_PURPOSE)
    text = " ".join(cue.text for cue in said.cues)
    names = " ".join({cue.who for cue in said.cues})
    # Without spaces too: captions break a long address where it suits them.
    for words in (text, "".join(text.split()), names):
        if is_said_in(words, link):
            raise Invalid("This is the link to the meeting, or gives it away.", field="transcript")


def _beside(error: Invalid) -> Invalid:
    found = Invalid(error.sentence, field="transcript")
    found.parameters = dict(error.parameters)
    return found


async def _changed(uow: UnitOfWork, session: Session) -> None:
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience))
