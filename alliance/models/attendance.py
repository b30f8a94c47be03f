"""Who goes to a session, who waits and who said no."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person
from alliance.models.session import Session

ATTENDANCE_STATES = ("asked", "going", "maybe", "waiting", "declined", "left")
DIALECTS = ("join", "accept", "reply", "poll")
_OPEN = text("closed_at IS NULL")


class Attendance(Base):
    """The place of one person in one session; the last word wins.

    `asked`: no answer yet - from the host (approval) or from the other company. `declined`: the host said
    no. `left`: the person gave the place back. In our own sessions `Session.going_count` counts `going`.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_attendance_session_id_state_since_id", "session_id", "state", "since", "id"),
        Index("ix_attendance_person_id_state", "person_id", "state"),
        Index("ix_attendance_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(word(*ATTENDANCE_STATES, name="state"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the present state began; the waiting list is served in this order."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_uri: Mapped[str | None] = mapped_column(String(500))
    """The message with which a place was asked for across companies; an answer must name it."""
    dialect: Mapped[str | None] = mapped_column(word(*DIALECTS, name="dialect"))
    """How somebody from elsewhere spoke last, and so how they are answered: with a Join (answered by Accept
    and its like), by accepting the Event itself, in words, or in a poll (all three answered by a Note)."""
    language: Mapped[str | None] = mapped_column(String(10))
    """The language in which they spoke, where they told it."""
    pass_version: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the personal link."""
    personal_link: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "attendance.personal_link": what a partner gave our employee."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the names of those who were there were forgotten: from then on the row is its person's alone."""

    session: Mapped[Session] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
