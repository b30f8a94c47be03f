"""What was said in a session, to be read and searched: its lines, and passages that a search finds."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime

MOST_TRANSCRIPTS = 5

_WANTED = text("fetch_at IS NOT NULL")


class Transcript(Base):
    """What was said in a session, in one language; whoever sees the session reads it.

    Ours has no `uri`. A partner's is fetched from its company's server once it is due; what is at a `uri`
    never changes.
    """

    __tablename__ = "transcript"
    __table_args__ = (
        UniqueConstraint("session_id", "language"),
        Index("ix_transcript_fetch_at", "fetch_at", sqlite_where=_WANTED, postgresql_where=_WANTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(10))
    uri: Mapped[str | None] = mapped_column(String(500))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cues: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    """Compressed JSON: a list of [start, end, who, text] in milliseconds; None until it has been fetched."""
    is_there: Mapped[bool] = mapped_column(default=True)
    """Whether there is anything to read yet."""
    fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it is fetched, or tried again; None for ours, for what is there, and for what could not be had."""
    tries: Mapped[int] = mapped_column(default=0)


class Passage(Base):
    """Some sentences of a transcript as the search finds them, the newest transcripts last.

    On SQLite the table `passage_index` (FTS5) reads words and marks from here and is kept up by triggers; on
    PostgreSQL `vector` holds the words.
    """

    __tablename__ = "passage"
    __table_args__ = (
        Index("ix_passage_transcript_id_number", "transcript_id", "number"),
        Index("ix_passage_session_id", "session_id"),
        Index("ix_passage_vector", "vector", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"))
    session_id: Mapped[int]
    """Of the transcript's session, here so that a search need not look for it."""
    number: Mapped[int]
    """From 0 in each transcript."""
    starts_ms: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    """Folded words and stems."""
    marks: Mapped[str] = mapped_column(String(40))
    """For whom the session is, as the search marks it."""
    vector: Mapped[str | None] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))
