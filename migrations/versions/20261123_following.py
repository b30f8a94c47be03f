"""following: by hand, moving, and lists of followers that are compared.

Revises: 20261123_conversation
Created: 2026-11-22
"""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_following"
down_revision = "20261123_conversation"
branch_labels = None
depends_on = None

_MOMENT = alliance.database.UtcDateTime(timezone=True)
_PORTS = {"https": 443, "http": 80}


def upgrade() -> None:
    op.create_table(
        "our_actor",
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("approves_followers", sa.Boolean(), nullable=False),
        sa.Column("also_known_as", sa.JSON(), nullable=False),
        sa.Column("moved_to", sa.String(length=500), nullable=True),
        sa.Column("moved_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("actor", name=op.f("pk_our_actor")),
    )
    op.create_table(
        "actor_move",
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("moved_to", sa.String(length=500), nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_actor_move")),
    )
    op.create_table(
        "follower_drift",
        sa.Column("actor_uri", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("attempts", _integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("actor_uri", name=op.f("pk_follower_drift")),
    )
    op.create_index(op.f("ix_follower_drift_due_at"), "follower_drift", ["due_at"], unique=False)
    op.add_column(
        "outbox_activity",
        sa.Column("to_followers", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "follow", sa.Column("follower_host", sa.String(length=260), server_default="", nullable=False)
    )
    op.create_index(
        "ix_follow_followed_uri_follower_host", "follow", ["followed_uri", "follower_host"], unique=False
    )
    _name_hosts()


def downgrade() -> None:
    op.drop_index("ix_follow_followed_uri_follower_host", table_name="follow")
    op.drop_column("follow", "follower_host")
    op.drop_column("outbox_activity", "to_followers")
    op.drop_index(op.f("ix_follower_drift_due_at"), table_name="follower_drift")
    op.drop_table("follower_drift")
    op.drop_table("actor_move")
    op.drop_table("our_actor")


def _integer() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _name_hosts() -> None:
    """Writes the host of each follower beside its identity, as `uris.host_of` spells it."""
    follow = sa.table("follow", sa.column("id"), sa.column("follower_uri"), sa.column("follower_host"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(follow.c.id, follow.c.follower_uri)).all()
    for row in rows:
        host = _host_of(row.follower_uri)
        connection.execute(sa.update(follow).where(follow.c.id == row.id).values(follower_host=host))


def _host_of(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        usual = parts.port is None or parts.port == _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") + ("" if usual else f":{parts.port}")
