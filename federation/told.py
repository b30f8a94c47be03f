"""The tables of what others were told about our sessions besides the sessions themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime


class SessionNote(Base):
    """A Note with which we told timelines of a change; `id` is the number of the Create that carried it."""

    __tablename__ = "session_note"

    id: Mapped[int] = mapped_column(
        ForeignKey("outbox_activity.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    is_public: Mapped[bool]
    """Else for allies."""
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taken back: its address answers 410."""


class ToldInbox(Base):
    """An inbox that was told of something of ours, once its deliveries have been forgotten."""

    __tablename__ = "told_inbox"

    object_uri: Mapped[str] = mapped_column(String(500), primary_key=True)
    inbox: Mapped[str] = mapped_column(String(500), primary_key=True)


class FeaturedSession(Base):
    """A session of ours that followers were told is among the next ones."""

    __tablename__ = "featured_session"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionReminder(Base):
    """A session of ours that was announced again the day before; one row, so once."""

    __tablename__ = "session_reminder"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
