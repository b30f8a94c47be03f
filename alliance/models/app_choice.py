"""What somebody chose for their apps: where they stopped reading, who may notify them, how they write."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.topic import Topic

MARKED_TIMELINES = ("home", "notifications")
NOTICE_TREATMENTS = ("accept", "filter", "drop")
VISIBILITIES = ("public", "unlisted", "private", "direct")
MOST_FEATURED_TOPICS = 10


class ReadingMarker(Base):
    """How far somebody has read a timeline; `version` rises with every change."""

    __tablename__ = "reading_marker"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    timeline: Mapped[str] = mapped_column(word(*MARKED_TIMELINES, name="timeline"), primary_key=True)
    last_read_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticePolicy(Base):
    """How notifications of some groups of people are treated: shown, set aside to be asked about, or dropped.

    Without a row everything is accepted. Applied when notifications are read, so it holds at once, also for
    older ones, and nothing is lost by it.
    """

    __tablename__ = "notice_policy"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    not_following: Mapped[str] = mapped_column(word(*NOTICE_TREATMENTS, name="not_following"))
    not_followers: Mapped[str] = mapped_column(word(*NOTICE_TREATMENTS, name="not_followers"))
    new_accounts: Mapped[str] = mapped_column(word(*NOTICE_TREATMENTS, name="new_accounts"))
    private_mentions: Mapped[str] = mapped_column(word(*NOTICE_TREATMENTS, name="private_mentions"))
    limited_accounts: Mapped[str] = mapped_column(word(*NOTICE_TREATMENTS, name="limited_accounts"))


class WritingChoice(Base):
    """How somebody's apps write and read unless told otherwise."""

    __tablename__ = "writing_choice"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    visibility: Mapped[str] = mapped_column(word(*VISIBILITIES, name="visibility"), default="private")
    is_sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str | None] = mapped_column(String(10))
    """None: the language of the account."""


class FeaturedTopic(Base):
    """A topic that somebody shows on their own profile."""

    __tablename__ = "featured_topic"
    __table_args__ = (UniqueConstraint("person_id", "topic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    topic: Mapped[Topic] = relationship(lazy="raise")
