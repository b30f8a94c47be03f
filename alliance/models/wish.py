"""Requests: what people would like to learn or could help with, who adds their voice, what answers them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person
from alliance.models.session import AUDIENCES, Session
from alliance.models.topic import Topic

WISH_KINDS = ("learn", "help", "mentor_wanted", "mentor_offered")
WISH_STATES = ("open", "answered", "closed", "hidden", "deleted")

_NEWS = text("news_due_at IS NOT NULL")


class Wish(Base):
    """A request or an offer of somebody, here or at an allied company; ours have no `uri`.

    `answered`: a session came of it. `closed`: its author has what they wanted, or nobody answered in time.
    `hidden`: our moderators decided against it. `deleted`: taken back, for good; the row stays without its
    words, so that its address can say that it is gone.
    """

    __tablename__ = "wish"
    __table_args__ = (
        Index("ix_wish_author_id_id", "author_id", "id"),
        Index("ix_wish_state_id", "state", "id"),
        Index(
            "ix_wish_news", "news_due_at", sqlite_where=_NEWS, postgresql_where=_NEWS
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    token: Mapped[str] = mapped_column(String(40), default="")
    """Part of the address of ours, so that nobody finds one by counting."""
    kind: Mapped[str] = mapped_column(word(*WISH_KINDS, name="kind"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    """As typed; empty for those from elsewhere."""
    html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    state: Mapped[str] = mapped_column(word(*WISH_STATES, name="state"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was hidden, in the words of whoever decided."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """From then on nobody can add a voice any more."""
    news_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When others are told of changed voices; none while there is nothing to tell."""

    author: Mapped[Person] = relationship(lazy="raise")
    topics: Mapped[list[Topic]] = relationship(
        secondary=lambda: wish_topic, lazy="raise", order_by=Topic.slug
    )
    choruses: Mapped[list["WishChorus"]] = relationship(
        lazy="raise", order_by="WishChorus.company_name", viewonly=True
    )


wish_topic: Table = Table(
    "wish_topic",
    Base.metadata,
    Column("wish_id", ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True, index=True),
)


class WishVoice(Base):
    """One of our people wants that too; the name is said only where they chose so."""

    __tablename__ = "wish_voice"

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_named: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
    wish: Mapped[Wish] = relationship(lazy="raise")


class WishChorus(Base):
    """How many of another company want that too, as that company or the home of the request says."""

    __tablename__ = "wish_chorus"

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True)
    host: Mapped[str] = mapped_column(String(260), primary_key=True)
    """Of the company; empty for people who belong to none."""
    company_name: Mapped[str] = mapped_column(String(200), default="")
    count: Mapped[int]
    names: Mapped[list[Any]] = mapped_column(JSON)
    """Those who chose to be named, each as [name, identity]."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class WishLike(Base):
    """Somebody who belongs to no allied company likes a public request of ours; counted, never shown."""

    __tablename__ = "wish_like"
    __table_args__ = (Index("ix_wish_like_actor_uri", "actor_uri"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True)
    actor_uri: Mapped[str] = mapped_column(String(500), primary_key=True)


class WishAnswer(Base):
    """A session that answers a request; one that is not known here yet has no `session_id`."""

    __tablename__ = "wish_answer"
    __table_args__ = (
        Index("ix_wish_answer_session_id", "session_id"),
        Index("ix_wish_answer_session_uri", "session_uri"),
    )

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True)
    session_uri: Mapped[str] = mapped_column(String(500), primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Whether those of ours who asked have been told."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    session: Mapped[Session | None] = relationship(lazy="raise")
    wish: Mapped[Wish] = relationship(lazy="raise")
