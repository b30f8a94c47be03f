"""What moderators decided about something that one of our people said, and what that person answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person

DECIDED_KINDS = ("comment", "session", "story", "wish")
DECISION_STATES = ("told", "answered", "kept", "lifted")
_ANSWERED = text("state = 'answered'")


class Decision(Base):
    """One decision against one thing; whoever it concerns may answer once, then somebody else decides."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_person_id_id", "person_id", "id"),
        Index("ix_decision_kind_thing_id", "kind", "thing_id"),
        Index("ix_decision_answered", "id", sqlite_where=_ANSWERED, postgresql_where=_ANSWERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """Whom it concerns."""
    kind: Mapped[str] = mapped_column(word(*DECIDED_KINDS, name="kind"))
    thing_id: Mapped[int]
    session_id: Mapped[int | None]
    """Where it was said, for comments; the session itself."""
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(word(*DECISION_STATES, name="state"), default="told")
    words: Mapped[str] = mapped_column(Text, default="")
    """The answer, in plain text."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(500), default="")
    """Why the second one decided so."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
