"""What somebody asks our moderators to look at."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.comment import Comment
from alliance.models.person import Person
from alliance.models.session import Session
from alliance.models.story import Story
from alliance.models.wish import Wish

REPORT_STATES = ("open", "closed")
REPORT_OUTCOMES = ("", "hidden", "withdrawn", "blocked", "rejected")


class Report(Base):
    """A report about a comment, a session, a story, a request or a person; exactly one of the five is set.

    It comes from one of our employees (`reporter_id`) or from another server as a whole (`reporter_host`).
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_state_id", "state", "id"),
        Index("ix_report_reporter_host_state", "reporter_host", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wish.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    reporter_host: Mapped[str] = mapped_column(String(260), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    """Plain text."""
    state: Mapped[str] = mapped_column(word(*REPORT_STATES, name="state"), default="open")
    outcome: Mapped[str] = mapped_column(word(*REPORT_OUTCOMES, name="outcome"), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    """Why it was decided so."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    forwarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the company of whoever it is about was told."""

    comment: Mapped[Comment | None] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    story: Mapped[Story | None] = relationship(lazy="raise")
    wish: Mapped[Wish | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    reporter: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[reporter_id])
