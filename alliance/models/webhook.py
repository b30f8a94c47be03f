"""Channels elsewhere that are told what is new here: Teams, Slack, Discord, Matrix, or any program."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.community import Community
from alliance.models.session import AUDIENCES
from alliance.models.topic import Topic

WEBHOOK_KINDS = ("teams", "slack", "discord", "matrix", "generic")
WEBHOOK_STATES = ("running", "paused", "ended")
WEBHOOK_NEWS = ("session", "moved", "cancelled", "story", "wish")
"""What a channel can be told of: a new session, another time, a cancellation, a story, a request."""
MOST_WEBHOOKS = 100
"""Of administrators; and of all communities together three times as many."""
MOST_WEBHOOKS_OF_COMMUNITY = 5
MOST_DELIVERIES = 50
"""How many attempts of each webhook are remembered."""

_OPEN = text("told_at IS NULL")


class Webhook(Base):
    """An address that is told what is new: of everything, of a topic, or of what stands in a community.

    `reach` is who reads there: everybody (`public`), people of allied companies as well (`alliance`), or
    colleagues alone (`company`). `ended`: a week of failures, or the other side said that it is gone.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        Index("ix_webhook_community_id", "community_id"),
        Index("ix_webhook_topic_id", "topic_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(word(*WEBHOOK_KINDS, name="kind"))
    name: Mapped[str] = mapped_column(String(80))
    """What those who look after it call it."""
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    news: Mapped[list[str]] = mapped_column(JSON)
    """Those of WEBHOOK_NEWS that are told."""
    ours_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Nothing of allied companies."""
    reach: Mapped[str] = mapped_column(word(*AUDIENCES, name="reach"), default="public")
    language: Mapped[str] = mapped_column(String(10), default="de")
    host: Mapped[str] = mapped_column(String(260))
    """Where it leads to; all of the address that is ever shown."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Address, and for Matrix the token, as JSON; sealed with purpose "webhook.sealed"."""
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """With what messages to a program are signed; sealed with purpose "webhook.secret"."""
    is_admitted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An administrator entered the address, so it may be called through a proxy too."""
    state: Mapped[str] = mapped_column(word(*WEBHOOK_STATES, name="state"), default="running")
    batch: Mapped[int | None]
    """The last news of the message that is being tried: what comes later waits for the next one."""
    failures: Mapped[int] = mapped_column(default=0)
    """Messages in a row that did not arrive."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Nothing is sent before."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    community: Mapped[Community | None] = relationship(lazy="raise")
    topic: Mapped[Topic | None] = relationship(lazy="raise")


class WebhookNews(Base):
    """Something that a channel is to be told, once; the words are made when it is sent.

    `occasion` tells one change of the same thing from the next: the SEQUENCE of the session.
    """

    __tablename__ = "webhook_news"
    __table_args__ = (
        UniqueConstraint("webhook_id", "kind", "subject_id", "occasion"),
        Index("ix_webhook_news_open", "webhook_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*WEBHOOK_NEWS, name="kind"))
    subject_id: Mapped[int]
    """Of the session, the story or the request."""
    occasion: Mapped[int] = mapped_column(default=0)
    previous_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it arrived, or nobody was to be told any more; such rows only prevent that it is told again."""


class WebhookDelivery(Base):
    """One attempt: when, what, with which answer; nothing of what was said on either side."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(20))
    """One of WEBHOOK_NEWS, `several`, or `test`."""
    count: Mapped[int] = mapped_column(default=1)
    """How many news it told."""
    status: Mapped[int | None]
    """Of the answer; None where there was none."""
    failure: Mapped[str] = mapped_column(String(40), default="")
    """The name of the failure, such as `TimedOut`."""
    milliseconds: Mapped[int] = mapped_column(default=0)
