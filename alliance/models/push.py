"""Devices that want to hear of notifications while no app is open (Web Push, RFC 8030)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.app import AppToken

PUSH_POLICIES = ("all", "followed", "follower", "none")
_WAITING = text("finished_at IS NULL")


class PushKey(Base):
    """The key by which push services know this instance (VAPID, RFC 8292); there is one."""

    __tablename__ = "push_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[str] = mapped_column(String(100))
    """The point in base64url, as apps are told."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The secret number in base64url, sealed by the vault."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PushSubscription(Base):
    """Where what a token's person should hear is pushed to, and how it is encrypted for the device alone."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_id: Mapped[int] = mapped_column(ForeignKey("app_token.id", ondelete="CASCADE"), unique=True)
    endpoint: Mapped[str] = mapped_column(String(2000))
    p256dh: Mapped[str] = mapped_column(String(100))
    """The device's public key in base64url."""
    auth: Mapped[str] = mapped_column(String(40))
    """The secret of 16 bytes that the device shares with us, in base64url."""
    is_standard: Mapped[bool]
    """Whether the device knows RFC 8291, and not the draft before it."""
    alerts: Mapped[list[str]] = mapped_column(JSON)
    """The types of notifications that are wanted."""
    policy: Mapped[str] = mapped_column(word(*PUSH_POLICIES, name="policy"))
    """Of whom they are wanted."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    token: Mapped[AppToken] = relationship(lazy="raise")


class PushMessage(Base):
    """One notification on its way to one device; without words, which are made when it is sent."""

    __tablename__ = "push_message"
    __table_args__ = (
        UniqueConstraint("subscription_id", "notification_id"),
        Index("ix_push_message_notification_id", "notification_id"),
        Index("ix_push_message_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("push_subscription.id", ondelete="CASCADE"))
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id", ondelete="CASCADE"))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
