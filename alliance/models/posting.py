"""What apps show in the order of time: one row for each session, comment, story, message and boost."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, WholeNumber, word
from alliance.models.session import AUDIENCES

POSTING_KINDS = ("session", "comment", "story", "message", "boost")
POSTING_AUDIENCES = (*AUDIENCES, "direct")
POSTING_LANES = ("words", "hosting", "answers", "direct")
MARKS = ("favourite", "bookmark", "pin", "mute", "boost")

_LIVE = "gone_at IS NULL"
_LISTED = "gone_at IS NULL AND is_listed"
_PICTURED = "gone_at IS NULL AND is_listed AND has_picture"


def _live(name: str, *columns: str, where: str = _LIVE, unique: bool = False) -> Index:
    # SQLite takes an index only if the question has its words, and there a switch is written as a number.
    on_sqlite = where.replace("is_listed", "is_listed = 1").replace("has_picture", "has_picture = 1")
    return Index(name, *columns, unique=unique, sqlite_where=text(on_sqlite), postgresql_where=text(where))


def moment_of_writing() -> int:
    """Microseconds since 1970 by the machine's clock, whatever time it is for the instance."""
    return time.time_ns() // 1000


class Posting(Base):
    """One thing that apps show, without its words: these stay where they are, and who may see them too.

    Minted when the thing was published here or arrived, so the identifier tells the order of timelines.
    `author_id` is a person or a company (a session's is its company). A boost of something is a row of its
    own: it names what it passes on by `boosted_id` and repeats that row's references.
    """

    __tablename__ = "posting"
    __table_args__ = (
        # With all that is asked to count what somebody said, which reads no row then.
        _live(
            "ix_posting_said",
            *("author_id", "lane", "id", "gone_at", "audience", "comment_id", "story_id"),
        ),
        _live("ix_posting_kind_id", "kind", "id"),
        _live("ix_posting_listed", "company_id", "audience", "id", where=_LISTED),
        _live("ix_posting_pictured", "company_id", "audience", "id", where=_PICTURED),
        Index("ix_posting_session_id_id", "session_id", "id"),
        Index("ix_posting_parent_id_id", "parent_id", "id"),
        Index("ix_posting_boosted_id_author_id", "boosted_id", "author_id"),
        _live("uq_posting_session", "session_id", where="kind = 'session'", unique=True),
        _live("uq_posting_comment", "comment_id", where="kind = 'comment'", unique=True),
        _live("uq_posting_story", "story_id", where="kind = 'story'", unique=True),
        _live("uq_posting_message", "message_id", where="kind = 'message'", unique=True),
        _live("uq_posting_boost", "author_id", "boosted_id", where="kind = 'boost'", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(word(*POSTING_KINDS, name="kind"))
    lane: Mapped[str] = mapped_column(word(*POSTING_LANES, name="lane"))
    """How timelines take it: what somebody says of their own accord, passes on because they hold it for the
    company that says it already, answers to others, or says to one person alone."""
    author_id: Mapped[int]
    company_id: Mapped[int | None]
    """The author's company, or the author itself; None for people of no company."""
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    """The session that this is, or is about."""
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    boosted_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None]
    """The posting that this answers."""
    audience: Mapped[str] = mapped_column(word(*POSTING_AUDIENCES, name="audience"))
    """For whom it was written; never read to decide who may see it, which `visibility.py` does."""
    is_listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether public timelines show it: sessions, and stories that are not told quietly."""
    has_picture: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was published where it comes from."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last edited; the same as `created_at` if it never was."""
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taken back: it is in no list any more."""
    edition: Mapped[int] = mapped_column(
        default=moment_of_writing, onupdate=moment_of_writing, server_default="0", index=True
    )
    """When this row was last written, whoever did it; by which streams find what they have not told yet."""


posting_topic = Table(
    "posting_topic",
    Base.metadata,
    Column("topic_id", WholeNumber, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "posting_id", WholeNumber, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class Mark(Base):
    """What somebody has done to a posting for which there is no word of our own.

    That a session is interesting, or kept in mind, is a `Reaction` and a `SavedSession`.
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_mark_person_id_kind_id", "person_id", "kind", "id"),
        Index("ix_mark_posting_id_kind", "posting_id", "kind"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    posting_id: Mapped[int] = mapped_column(
        ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(word(*MARKS, name="kind"), primary_key=True)
    id: Mapped[int]
    """Minted; by which lists of marks are paged."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def is_of(kind: str, posting: Any = Posting) -> ColumnElement[bool]:
    """A row of this kind, written out: a bound value would keep databases from the index of just these."""
    if kind not in POSTING_KINDS:
        raise ValueError(f"not a kind of posting: {kind}")
    wanted: ColumnElement[bool] = posting.kind == literal_column(f"'{kind}'")
    return wanted
