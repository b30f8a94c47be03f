"""What we have said in private to people elsewhere about a session: polls, answers, news, help."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

RSVP_KINDS = ("join", "answer", "news", "poll", "help")


class RsvpMessage(Base):
    """One message to one person; `id` is the number of the Create that carried it.

    `join`: a Join was answered. `answer`: what somebody said was. `news`: something changed without their
    doing. `poll`: they were asked whether they come. `help`: they were told which words are understood.
    """

    __tablename__ = "rsvp_message"
    __table_args__ = (
        Index("ix_rsvp_message_actor_uri_id", "actor_uri", "id"),
        Index("ix_rsvp_message_session_id_kind", "session_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor_uri: Mapped[str] = mapped_column(String(500))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*RSVP_KINDS, name="kind"))
    language: Mapped[str] = mapped_column(String(10), default="")
    """The language of a poll: a vote is one of its options, word by word."""
    reply_to: Mapped[str | None] = mapped_column(String(500))
    """What a poll answered; it is written again when the poll closes."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Polls: since when votes no longer count, where that is before the session begins."""
