"""Words between one employee and the company, its helper or a colleague; and what is to be said later."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.letter import Letter
from alliance.models.person import Person
from alliance.models.session import AUDIENCES, Session

HELPER_ID = 1
"""The account that turns invitations into sessions; people and companies never have so small a number."""
HELPER_NAMES = ("neu", "new")
MESSAGE_DIRECTIONS = ("from", "to")
MESSAGE_SUBJECTS = (
    "joined",
    "waiting",
    "asked",
    "left",
    "invitation",
    "understood",
    "published",
    "dropped",
    "problem",
    "letter",
)


class Message(Base):
    """One message in the post of `person_id`, whom alone it belongs to: what a colleague got is another row.

    The link to a meeting is never in it: it is looked up for whoever reads, as long as they are going.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_person_id_id", "person_id", "id"),
        Index("ix_message_person_id_other_id_id", "person_id", "other_id", "id"),
        Index("ix_message_session_id", "session_id"),
        Index("ix_message_letter_id", "letter_id"),
        Index("ix_message_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    direction: Mapped[str] = mapped_column(word(*MESSAGE_DIRECTIONS, name="direction"))
    """`from`: the person wrote it. `to`: the person got it."""
    other_id: Mapped[int]
    """The other side: a company, a colleague, or the helper."""
    about: Mapped[str] = mapped_column(word(*MESSAGE_SUBJECTS, name="about"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    """What it answers."""
    text: Mapped[str] = mapped_column(Text, default="")
    """As typed, of those that the person wrote."""
    html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What carries the link of a meeting (a pasted invitation), encrypted; `text`, `html` are empty then."""
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"), default="alliance")
    """For whom the session would be, of an invitation and the question about it."""
    answer: Mapped[str | None] = mapped_column(String(10))
    """`yes` or `no` once a question was answered."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    letter: Mapped[Letter | None] = relationship(lazy="raise")


class PlannedWords(Base):
    """What somebody wants to say later, as an app handed it in."""

    __tablename__ = "planned_words"
    __table_args__ = (
        Index("ix_planned_words_due_at_id", "due_at", "id"),
        Index("ix_planned_words_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    """As typed."""
    wishes: Mapped[dict[str, object]] = mapped_column(JSON)
    """Everything else that the app asked for, by the names of its parameters."""
    problem: Mapped[str] = mapped_column(String(500), default="")
    """Why it could not be said when its time came."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SaidOnce(Base):
    """What an app has handed in under a key of its own, so that a repetition says nothing twice; an hour."""

    __tablename__ = "said_once"
    __table_args__ = (Index("ix_said_once_since", "since"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256, hexadecimal."""
    reference: Mapped[str] = mapped_column(String(40))
    """What it became: its kind and identifier."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
