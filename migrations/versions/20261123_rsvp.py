"""rsvp: how somebody from elsewhere spoke about a place, and what was said to them in private.

Revises: 20261123_sources
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_rsvp"
down_revision = "20261123_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "dialect",
                sa.Enum(
                    *("join", "accept", "reply", "poll"),
                    name="dialect",
                    native_enum=False,
                    create_constraint=True,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("language", sa.String(length=10), nullable=True))
    op.create_table(
        "rsvp_message",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_uri", sa.String(length=500), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                *("word", "answer", "poll", "help"),
                name="kind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("reply_to", sa.String(length=500), nullable=True),
        sa.Column("closed_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_rsvp_message_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvp_message")),
    )
    op.create_index("ix_rsvp_message_actor_uri_id", "rsvp_message", ["actor_uri", "id"], unique=False)
    op.create_index("ix_rsvp_message_host_id", "rsvp_message", ["host", "id"], unique=False)
    op.create_index("ix_rsvp_message_session_id_kind", "rsvp_message", ["session_id", "kind"], unique=False)


def downgrade() -> None:
    op.drop_table("rsvp_message")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_column("language")
        batch_op.drop_constraint(batch_op.f("ck_attendance_dialect"), type_="check")
        batch_op.drop_column("dialect")
