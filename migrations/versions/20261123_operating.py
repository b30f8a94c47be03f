"""What operators look at: since when a host fails, its last traffic, and requests that were turned away.

Revises: 20261123_following
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_operating"
down_revision = "20261123_following"
branch_labels = None
depends_on = None


def _number(name: str) -> sa.Column[int]:
    return sa.Column(
        name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
    )


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, alliance.database.UtcDateTime(timezone=True), nullable=False)


def _partial(name: str, table: str, column: str, condition: str) -> None:
    op.create_index(
        name, table, [column], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
    )


def upgrade() -> None:
    op.add_column(
        "destination",
        sa.Column("failing_since", alliance.database.UtcDateTime(timezone=True), nullable=True),
    )
    _partial("ix_destination_host_failing", "destination", "host", "failures > 0")
    op.create_index("ix_delivery_lane_id_id", "delivery", ["lane_id", "id"])
    _partial("ix_delivery_lane_id_dead", "delivery", "lane_id", "state = 'dead'")
    op.create_index("ix_received_activity_lane_id_id", "received_activity", ["lane_id", "id"])
    _partial("ix_received_activity_lane_id_failed", "received_activity", "lane_id", "state = 'failed'")
    op.create_table(
        "refused_request",
        _number("id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        _number("count"),
        _moment("first_at"),
        _moment("last_at"),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_request")),
        sa.UniqueConstraint("day", "host", "reason", name=op.f("uq_refused_request_day_host_reason")),
    )
    op.create_index("ix_refused_request_host", "refused_request", ["host"])
    op.create_index("ix_refused_request_is_known_last_at", "refused_request", ["is_known", "last_at"])


def downgrade() -> None:
    op.drop_table("refused_request")
    op.drop_index("ix_received_activity_lane_id_failed", "received_activity")
    op.drop_index("ix_received_activity_lane_id_id", "received_activity")
    op.drop_index("ix_delivery_lane_id_dead", "delivery")
    op.drop_index("ix_delivery_lane_id_id", "delivery")
    op.drop_index("ix_destination_host_failing", "destination")
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.drop_column("failing_since")
