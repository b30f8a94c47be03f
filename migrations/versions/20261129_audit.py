"""The audit log and what needs four eyes.

Revises: 20261129_circle_alliance
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_audit"
down_revision = "20261129_circle_alliance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_audit_entry()
    _create_audit_head()


def downgrade() -> None:
    for table in ("audit_head", "audit_entry"):
        op.drop_table(table)


def _create_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column(
            "who_kind",
            sa.Enum(
                "employee",
                "command-line",
                "system",
                name="who_kind",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("who_id", WholeNumber, nullable=True),
        sa.Column("who_name", sa.String(length=250), nullable=True),
        sa.Column("who_mark", sa.String(length=64), nullable=False),
        sa.Column("on_kind", sa.String(length=20), nullable=False),
        sa.Column("on_id", sa.String(length=300), nullable=False),
        sa.Column("on_name", sa.String(length=250), nullable=True),
        sa.Column("on_mark", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index("ix_audit_entry_act_number", "audit_entry", ["act", "number"])
    op.create_index("ix_audit_entry_who_id_number", "audit_entry", ["who_id", "number"])
    op.create_index("ix_audit_entry_on_kind_on_id", "audit_entry", ["on_kind", "on_id"])


def _create_audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("number", WholeNumber, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
