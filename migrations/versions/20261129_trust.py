"""Retention, the approval pack and what leaves.

Revises: 20261129_audit
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_trust"
down_revision = "20261129_audit"
branch_labels = None
depends_on = None

_PERSONAL = sa.text(
    "type IN ('Join', 'Leave', 'Accept', 'Reject', 'TentativeAccept', 'TentativeReject', 'Ignore', 'Flag')"
)


def upgrade() -> None:
    op.add_column("attendance", sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True))
    _index("ix_attendance_open", "attendance", "id", sa.text("closed_at IS NULL"))
    _index("ix_outbox_activity_personal", "outbox_activity", "id", _PERSONAL)
    op.create_table(
        "outbound_rule",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("by_id", WholeNumber, nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of("outbound_rule", "company_id", "company", "CASCADE"),
        _of("outbound_rule", "by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_rule")),
        sa.UniqueConstraint(
            "company_id", "kind", "field", name=op.f("uq_outbound_rule_company_id_kind_field")
        ),
    )
    op.create_table(
        "outbound_tally",
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("count", WholeNumber, nullable=False),
        sa.PrimaryKeyConstraint("host", "month", "kind", "field", name=op.f("pk_outbound_tally")),
    )
    op.create_index("ix_outbound_tally_month", "outbound_tally", ["month"])
    op.create_table(
        "outbound_mark",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("up_to", WholeNumber, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_mark")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("company_id", WholeNumber, nullable=False),
        sa.Column("activity_id", WholeNumber, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'confirmed')", name=op.f("ck_erasure_state")),
        _of("erasure", "company_id", "company", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    _index("ix_erasure_open", "erasure", "id", sa.text("state = 'open'"))


def downgrade() -> None:
    for table in ("erasure", "outbound_mark", "outbound_tally", "outbound_rule"):
        op.drop_table(table)
    op.drop_index("ix_outbox_activity_personal", "outbox_activity")
    op.drop_index("ix_attendance_open", "attendance")
    op.drop_column("attendance", "closed_at")


def _index(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def _of(table: str, column: str, other: str, when_gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=when_gone)
