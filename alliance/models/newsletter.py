"""The newsletter: when it goes out, its editions, and the guests who get it besides our employees."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

EDITION_STATES = ("draft", "sending", "sent", "stopped")
NOTE_AUDIENCES = ("company", "public")
EDITION_NOTE_LIMIT = 4000
MOST_GUEST_TOPICS = 10


class NewsletterPlan(Base):
    """When the newsletter goes out; one row. Without it there is no newsletter."""

    __tablename__ = "newsletter_plan"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Always 1."""
    is_on: Mapped[bool] = mapped_column(default=False)
    weekday: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0 for Monday, as in `date.weekday`."""
    hour: Mapped[int] = mapped_column(SmallInteger, default=8)
    """On clocks in the company's zone."""
    is_for_everybody: Mapped[bool] = mapped_column(default=False)
    """Whether colleagues who have chosen nothing get it."""
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Until then everything that was due has been done; the next time comes after it."""


class Edition(Base):
    """One newsletter. What stands in it besides the note is put together for each reader when it is sent.

    `draft`: the next one, of which there is only the note. `stopped`: by an administrator, half-way.
    """

    __tablename__ = "newsletter_edition"
    __table_args__ = (Index("ix_newsletter_edition_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(word(*EDITION_STATES, name="state"))
    week: Mapped[str | None] = mapped_column(String(8), unique=True)
    """By ISO 8601 in the company's zone, such as "2026-W48"; one edition each. None for drafts."""
    note_de: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    """Markdown."""
    note_audience: Mapped[str] = mapped_column(word(*NOTE_AUDIENCES, name="note_audience"), default="company")
    """Guests and the archive read a note only if it is for everybody."""
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it began to be sent; it is about the seven days after that."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected: Mapped[int] = mapped_column(default=0)
    """How many people it was for when it began."""
    employees_until: Mapped[int] = mapped_column(default=0)
    guests_until: Mapped[int] = mapped_column(default=0)
    """Up to these numbers everybody stands in the queue of mails."""
    is_queued: Mapped[bool] = mapped_column(default=False)
    """Whether everybody does."""
    sent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    """How many mails ended how, once all have: the mails themselves are forgotten after a month."""


class Guest(Base):
    """An address that asked for the newsletter; gone as soon as it no longer wants it, or never said yes."""

    __tablename__ = "newsletter_guest"
    __table_args__ = (Index("ix_newsletter_guest_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32), unique=True)
    """Keyed digest of the address, by which it is found again."""
    address: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed with purpose "newsletter.address"."""
    language: Mapped[str] = mapped_column(String(10))
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Slugs."""
    wanted: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Language and topics that somebody typed with this address, until its owner says yes to them."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a yes is waited for; None when none is."""
    asked_times: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often its owner was asked since then."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounces: Mapped[int] = mapped_column(SmallInteger, default=0)
