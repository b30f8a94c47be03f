"""replying: which mails of the mailbox were read, and what came of them.

Revises: 20261125_hosting
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261125_replying"
down_revision = "20261125_hosting"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "received_mail",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                *("followed", "stale", "refused", "bounced", "unused"),
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=False,
        ),
        sa.Column("attendance_id", NUMBER, nullable=True),
        sa.Column("stamped_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sequence", NUMBER, nullable=True),
        sa.Column("sequence_after", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_received_mail_attendance_id_attendance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_received_mail")),
    )
    op.create_index("ix_received_mail_attendance_id_id", "received_mail", ["attendance_id", "id"])
    op.create_index("ix_received_mail_id", "received_mail", ["id"])


def downgrade() -> None:
    op.drop_table("received_mail")
