"""The tables of federation: what came in, what goes out, who is on the other side, our keys."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

import federation.community_tables
import federation.rsvp_messages
import federation.told  # noqa: F401 - registers its tables
from alliance.database import Base, UtcDateTime, word
from federation.uris import host_of

RECEIVED_STATES = ("waiting", "processed", "ignored", "refused", "failed")
DELIVERY_STATES = ("waiting", "delivered", "dead", "dropped")
_WAITING = text("state = 'waiting'")
IS_PERSONAL = text(
    "type IN ('Join', 'Leave', 'Accept', 'Reject', 'TentativeAccept', 'TentativeReject', 'Ignore', 'Flag')"
)
"""Activities about one person's place, which nobody but their addressee gets; in the words of an index."""
WAITING: ColumnElement[str] = literal_column("'waiting'")
"""Written into statements: with a parameter SQLite plans them anew each time to use a partial index."""


class Lane(Base):
    """A queue that is worked strictly in order by one worker at a time.

    Direction `out`: one destination host and one of our actors. Direction `in`: one sending host. `next_at`
    is None while nothing waits. Whoever adds work raises `tail` by the number of pieces, and they take the
    positions up to it: that happens under the lock of this row, so positions are in the order of commits,
    whatever the clocks of several machines say. A worker empties a lane only if `tail` is still what it saw:
    on PostgreSQL a subquery for waiting work would be judged by an older snapshot than the row itself.
    """

    __tablename__ = "lane"
    __table_args__ = (
        UniqueConstraint("direction", "host", "actor"),
        Index(
            "ix_lane_direction_next_at",
            "direction",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index("ix_lane_host", "host"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    direction: Mapped[str] = mapped_column(word("in", "out", name="direction"))
    host: Mapped[str] = mapped_column(String(260))
    actor: Mapped[str] = mapped_column(String(100), default="")
    """Key of our sending actor (see uris.py); empty for incoming lanes."""
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tail: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(64))
    """The worker that has the lane until `leased_until`; outcomes are recorded only by the one named here."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Destination(Base):
    """What we know about reaching one host: the breaker and which kind of signature it takes."""

    __tablename__ = "destination"
    __table_args__ = (
        Index(
            "ix_destination_host_failing",
            "host",
            sqlite_where=text("failures > 0"),
            postgresql_where=text("failures > 0"),
        ),
    )

    host: Mapped[str] = mapped_column(String(260), primary_key=True)
    dialect: Mapped[str] = mapped_column(word("cavage", "rfc9421", name="dialect"), default="cavage")
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first of these failures in a row was."""
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While in the future, the breaker is open: nothing is tried."""
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failure_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")


class OutboxActivity(Base):
    """An activity of one of our actors, as the exact bytes that go out."""

    __tablename__ = "outbox_activity"
    __table_args__ = (
        Index("ix_outbox_activity_actor_id", "actor", "id"),
        Index("ix_outbox_activity_object_uri", "object_uri"),
        Index("ix_outbox_activity_personal", "id", sqlite_where=IS_PERSONAL, postgresql_where=IS_PERSONAL),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(40))
    object_uri: Mapped[str] = mapped_column(String(500))
    is_public: Mapped[bool] = mapped_column(default=False)
    to_followers: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it is addressed to the followers of its actor; then it brings their digest (FEP-8fcf)."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One activity on its way to one inbox."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("activity_id", "inbox"),
        Index(
            "ix_delivery_lane_id_position",
            "lane_id",
            "position",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_delivery_state_id", "state", "id"),
        Index("ix_delivery_lane_id_id", "lane_id", "id"),
        Index(
            "ix_delivery_lane_id_dead",
            "lane_id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    activity_id: Mapped[int] = mapped_column(ForeignKey("outbox_activity.id", ondelete="CASCADE"))
    lane_id: Mapped[int] = mapped_column(ForeignKey("lane.id"))
    position: Mapped[int]
    inbox: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(word(*DELIVERY_STATES, name="state"), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    give_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first attempt failed."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    activity: Mapped[OutboxActivity] = relationship(lazy="raise")
    lane: Mapped[Lane] = relationship(lazy="raise")


class ReceivedActivity(Base):
    """An activity that somebody proved to have sent us; accepted durably before it is answered."""

    __tablename__ = "received_activity"
    __table_args__ = (
        Index(
            "ix_received_activity_lane_id_position",
            "lane_id",
            "position",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_received_activity_state_id", "state", "id"),
        Index("ix_received_activity_lane_id_id", "lane_id", "id"),
        Index(
            "ix_received_activity_lane_id_failed",
            "lane_id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(500), unique=True)
    type: Mapped[str] = mapped_column(String(40))
    actor_uri: Mapped[str] = mapped_column(String(500))
    lane_id: Mapped[int] = mapped_column(ForeignKey("lane.id"))
    position: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(word(*RECEIVED_STATES, name="state"), default="waiting")
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RejectionTally(Base):
    """How often the inbox said no on one day (UTC), by reason."""

    __tablename__ = "rejection_tally"

    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class RefusedRequest(Base):
    """What the inbox turned away on one day (UTC) from one host for one reason, with the last one explained.

    The host is what the request claimed, nothing of it is proved; empty when it claimed none. A few hundred
    rows at most (federation/refused_requests.py). Neither body nor signature is kept.
    """

    __tablename__ = "refused_request"
    __table_args__ = (
        UniqueConstraint("day", "host", "reason"),
        Index("ix_refused_request_host", "host"),
        Index("ix_refused_request_is_known_last_at", "is_known", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    host: Mapped[str] = mapped_column(String(260))
    reason: Mapped[str] = mapped_column(String(60))
    is_known: Mapped[bool]
    """Whether the host is a partner of ours, or was; strangers never push these out."""
    count: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSON)
    """See federation/explaining.py."""


class RemoteActor(Base):
    """An actor of another server, as last fetched."""

    __tablename__ = "remote_actor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(500), unique=True)
    type: Mapped[str] = mapped_column(String(40))
    host: Mapped[str] = mapped_column(String(260), index=True)
    inbox: Mapped[str] = mapped_column(String(500))
    shared_inbox: Mapped[str | None] = mapped_column(String(500))
    keys: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """`{"id": key id, "kind": "rsa" | "ed25519", "public": PEM or Multibase}`."""
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SigningKey(Base):
    """A key pair of one of our actors; the private half is sealed with purpose "signing_key"."""

    __tablename__ = "signing_key"
    __table_args__ = (Index("ix_signing_key_actor", "actor"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(word("rsa", "ed25519", name="kind"))
    public: Mapped[str] = mapped_column(Text)
    """PEM (RSA) or Multibase (Ed25519)."""
    private: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def _host_of_follower(context: Any) -> str:
    return host_of(context.get_current_parameters()["follower_uri"])


class Follow(Base):
    """One actor follows another; one of the two is ours.

    For a remote follower `inbox` and `shared_inbox` say where it wants its mail.
    """

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("follower_uri", "followed_uri"),
        # Each with the state and the number: SQLite takes the one that matches most of what is asked for.
        Index("ix_follow_from_host", "followed_uri", "follower_host", "state", "id"),
        Index("ix_follow_followed_uri_state_id", "followed_uri", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    follower_uri: Mapped[str] = mapped_column(String(500))
    follower_host: Mapped[str] = mapped_column(String(260), default=_host_of_follower, server_default="")
    followed_uri: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(word("asked", "accepted", name="state"))
    activity_uri: Mapped[str] = mapped_column(String(500))
    """Id of the Follow; Accept, Reject and Undo name it."""
    inbox: Mapped[str | None] = mapped_column(String(500))
    shared_inbox: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OurActor(Base):
    """What was decided about one of our actors; one without a row has decided nothing."""

    __tablename__ = "our_actor"

    actor: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Its key (see uris.py)."""
    approves_followers: Mapped[bool] = mapped_column(default=False)
    """Whether somebody looks at who wants to follow before they may."""
    also_known_as: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Identities elsewhere that this actor vouches for, so that they can move here (FEP-7628)."""
    moved_to: Mapped[str | None] = mapped_column(String(500))
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActorMove(Base):
    """An actor of another server has moved; the next move of the same one is heard only after a while."""

    __tablename__ = "actor_move"

    uri: Mapped[str] = mapped_column(String(500), primary_key=True)
    moved_to: Mapped[str] = mapped_column(String(500))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FollowerDrift(Base):
    """Another server counts other followers among us than we do; their list is fetched at `due_at`."""

    __tablename__ = "follower_drift"

    actor_uri: Mapped[str] = mapped_column(String(500), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Tombstone(Base):
    """Something of another server that was deleted; a late Create of it is ignored."""

    __tablename__ = "tombstone"

    uri: Mapped[str] = mapped_column(String(500), primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeatNews(Base):
    """The counts of one of our sessions have changed; told to partners at `due_at`, however often by then."""

    __tablename__ = "seat_news"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CatchUp(Base):
    """An ally whose sessions have to be fetched; the row goes when that is done.

    `version` is raised whenever it is asked for again, so that a request during a fetch is not overlooked.
    """

    __tablename__ = "catch_up"

    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
