"""Mail that waits or was read, what calendars were told last, and what each employee wants to hear of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.attendance import Attendance
from alliance.models.comment import Comment
from alliance.models.employee import Employee
from alliance.models.newsletter import Edition, Guest
from alliance.models.session import Session

MAIL_STATES = ("waiting", "sent", "failed", "dropped", "unwanted")
CALENDAR_METHODS = ("REQUEST", "CANCEL")
OUTCOMES = ("followed", "stale", "refused", "bounced", "unused")

_WAITING = text("state = 'waiting'")


class Mail(Base):
    """One mail to one employee, or to a guest; it is written when it is sent, from what holds then.

    `failed`: the address was refused, or three days were not enough. `dropped`: nobody is to get it any more.
    `unwanted`: only remembered, never sent. What a newer one replaces before it was sent is deleted.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("attendance_id", "kind", "occasion"),
        UniqueConstraint("edition_id", "employee_id"),
        UniqueConstraint("edition_id", "guest_id"),
        Index("ix_mail_guest_id", "guest_id"),
        Index("ix_mail_due_at_id", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_mail_employee_id", "employee_id"),
        Index("ix_mail_session_id", "session_id"),
        Index("ix_mail_comment_id", "comment_id"),
        Index("ix_mail_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The Message-ID is made of it, so a mail that is sent again is the same mail."""
    kind: Mapped[str] = mapped_column(String(40))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id", ondelete="CASCADE"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("newsletter_guest.id", ondelete="CASCADE"))
    """Of the newsletter; every other mail is for an employee."""
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("newsletter_edition.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    method: Mapped[str | None] = mapped_column(word(*CALENDAR_METHODS, name="method"))
    """What a calendar is to do (RFC 5546); None for mail that is about no entry in it."""
    sequence: Mapped[int | None]
    """SEQUENCE of that entry (RFC 5545)."""
    occasion: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Reminders: the start that they remind of; one for each."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What has to be known of the past, such as the former start; nothing secret."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "mail.sealed": an address that only the reader may have."""
    state: Mapped[str] = mapped_column(word(*MAIL_STATES, name="state"), default="waiting")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee | None] = relationship(lazy="raise")
    guest: Mapped[Guest | None] = relationship(lazy="raise")
    edition: Mapped[Edition | None] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    attendance: Mapped[Attendance | None] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")

    @property
    def reader(self) -> Employee:
        """The employee whom it is for, who has to be loaded. Raises LookupError for a guest's."""
        if self.employee is None:
            raise LookupError("this mail is for a guest")
        return self.employee


class CalendarEntry(Base):
    """What the calendar of one of our employees was last told about a session."""

    __tablename__ = "calendar_entry"

    attendance_id: Mapped[int] = mapped_column(
        ForeignKey("attendance.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sequence: Mapped[int]
    """The last SEQUENCE; every further word raises it."""
    session_sequence: Mapped[int]
    """`Session.sequence` at that time: a higher one has to be told."""
    is_there: Mapped[bool]
    """Whether it stands in the calendar: asked for, and not cancelled."""


class ReceivedMail(Base):
    """A mail that was read in the mailbox: followed once, and the order in which people spoke."""

    __tablename__ = "received_mail"
    __table_args__ = (
        Index("ix_received_mail_attendance_id_id", "attendance_id", "id"),
        Index("ix_received_mail_id", "id"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of its Message-ID, or of the mail itself."""
    id: Mapped[int]
    """When it was read (see identifiers)."""
    outcome: Mapped[str] = mapped_column(word(*OUTCOMES, name="outcome"))
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"))
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """DTSTAMP of an answer that was followed: when the person gave it."""
    sequence: Mapped[int | None]
    """SEQUENCE of what it answered."""
    sequence_after: Mapped[int | None]
    """SEQUENCE that the calendar had when the answer had been followed."""


class NotificationChoice(Base):
    """What an employee wants to hear of, and how; without a row the kind's own defaults hold."""

    __tablename__ = "notification_choice"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    by_mail: Mapped[bool]
    in_app: Mapped[bool]


class MailTrouble(Base):
    """How often mail to an employee came back; nothing more is sent after a few times."""

    __tablename__ = "mail_trouble"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bounces: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")


class FeedAddress(Base):
    """The secret address of an employee's own feeds; the token is derived, never stored."""

    __tablename__ = "feed_address"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(default=1)
    """Raised to make the former address void."""
    is_open: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship(lazy="raise")
