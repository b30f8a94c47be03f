"""What was said in sessions, as a viewer may read it: one transcript, a part of it, passages with words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from alliance.errors import NotFound
from alliance.models import Passage, Session, Transcript
from alliance.queries.given import given_number, given_viewer
from alliance.queries.search import Question, alternatives_of
from alliance.queries.search_index import asked_for, spellings
from alliance.queries.search_marks import audience_mark
from alliance.queries.sessions import sessions_with_ids
from alliance.visibility import Viewer, visible_sessions, visible_transcripts

MOST_PASSAGES = 1_500
# So many that have the words are looked at, the newest first, whoever may see them.
_CANDIDATES = 300
_INDEX = table("passage_index", column("rowid", BigInteger))


@dataclass(frozen=True)
class Heard:
    """A passage that has what was looked for; the session with company, host and topics loaded."""

    session: Session
    transcript_id: int
    number: int
    text: str
    starts_ms: int | None
    language: str


async def transcript_to_read(
    db: AsyncSession, viewer: Viewer, session_id: int, transcript_id: int
) -> tuple[Transcript, bytes | None]:
    """One transcript and its stored lines, if the viewer may read it. Raises NotFound."""
    found = (
        await db.execute(
            select(Transcript, Transcript.cues).where(
                Transcript.id == transcript_id,
                Transcript.session_id == session_id,
                visible_transcripts(viewer),
            )
        )
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


async def passages_to_read(
    db: AsyncSession, transcripts: Sequence[Transcript], *, since: int = 0, limit: int = MOST_PASSAGES
) -> dict[int, list[Passage]]:
    """Passages of transcripts that the caller may read, from number `since` on, by transcript. One query."""
    ids = [one.id for one in transcripts if one.is_there]
    if not ids:
        return {}
    query = select(Passage).where(Passage.transcript_id.in_(ids), Passage.number >= since)
    found: dict[int, list[Passage]] = {}
    for passage in await db.scalars(query.order_by(Passage.transcript_id, Passage.number).limit(limit)):
        found.setdefault(passage.transcript_id, []).append(passage)
    return found


async def transcripts_in_full(db: AsyncSession, ids: Sequence[int]) -> list[Transcript]:
    """What was said in these sessions with the lines, for their host to take away."""
    query = select(Transcript).where(Transcript.session_id.in_(ids)).options(undefer(Transcript.cues))
    return list(await db.scalars(query.order_by(Transcript.id)))


async def heard(db: AsyncSession, viewer: Viewer, question: Question, *, limit: int = 5) -> list[Heard]:
    """Passages with every word of the question, of sessions that `viewer` may see, the newest first.

    The first of each session. Four queries at most, two for nothing.
    """
    if question.is_empty:
        return []
    dialect = db.get_bind().dialect.name
    begun = [word for term in question.terms for word in (*term.beginnings, *term.slips)]
    asked = alternatives_of(question, await spellings(db, begun, "passage_index"), viewer)
    if dialect != "sqlite" and viewer.kind == "stranger":
        asked.pop()  # there the mark is a column of its own
    anybody, who = given_viewer(viewer)
    given = {**who, "asked": asked_for(dialect, asked), "limit": limit}
    rows = {row.session_id: row for row in await db.execute(_candidates(anybody, dialect), given)}
    return [
        Heard(session, row.transcript_id, row.number, row.text, row.starts_ms, row.language)
        for session in await sessions_with_ids(db, viewer, list(rows))
        for row in (rows[session.id],)
    ]


@cache
def _candidates(viewer: Viewer, dialect: str) -> Select[Any]:
    asked = bindparam("asked", type_=String())
    place: ColumnElement[Any]
    if dialect == "sqlite":
        place = _INDEX.c.rowid
        query = select(place.label("id")).where(literal_column("passage_index").op("MATCH")(asked))
    else:
        place = Passage.id.expression
        query = select(place.label("id")).where(Passage.vector.op("@@")(cast(asked, TSQUERY)))
        if viewer.kind == "stranger":
            query = query.where(Passage.marks == audience_mark("public"))
    near = query.order_by(place.desc()).limit(_CANDIDATES).subquery()
    # The first of each session: one in which a word is said all the time hides no other.
    first = (
        select(func.min(Passage.id).label("id"), func.max(Passage.id).label("latest"))
        .join(near, near.c.id == Passage.id)
        .join(Session, Session.id == Passage.session_id)
        .where(visible_sessions(viewer))
        .group_by(Passage.session_id)
        .order_by(func.max(Passage.id).desc())
        .limit(given_number("limit"))
        .subquery()
    )
    return (
        select(Passage.session_id, Passage.transcript_id, Passage.number, Passage.text, Passage.starts_ms)
        .add_columns(Transcript.language)
        .join(first, first.c.id == Passage.id)
        .join(Transcript, Transcript.id == Passage.transcript_id)
        .order_by(first.c.latest.desc())
    )
