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
    _create_run_time_setting()
    _create_setting_proposal()
    op.create_table(
        "sign_of_life",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_of_life")),
    )
    _create_decision()


def downgrade() -> None:
    for table in ("decision", "sign_of_life", "setting_proposal", "run_time_setting"):
        op.drop_table(table)
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


def _create_run_time_setting() -> None:
    op.create_table(
        "run_time_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_run_time_setting")),
    )


def _create_setting_proposal() -> None:
    op.create_table(
        "setting_proposal",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("proposed_by_id", WholeNumber, nullable=True),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", WholeNumber, nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'rejected')", name=op.f("ck_setting_proposal_state")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["person.id"],
                name=op.f(f"fk_setting_proposal_{column}_person"),
                ondelete="SET NULL",
            )
            for column in ("proposed_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_proposal")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_setting_proposal_open",
        "setting_proposal",
        ["name"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_setting_proposal_state_decided_at", "setting_proposal", ["state", "decided_at"])


_OF_DECISION = {"person_id": "CASCADE", "by_id": "SET NULL", "closed_by_id": "SET NULL"}


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("thing_id", WholeNumber, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", WholeNumber, nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("closed_by_id", WholeNumber, nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('comment', 'session', 'story', 'wish')", name=op.f("ck_decision_kind")),
        sa.CheckConstraint("state IN ('told', 'answered', 'kept', 'lifted')", name=op.f("ck_decision_state")),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_decision_{column}_person"), ondelete=then
            )
            for column, then in _OF_DECISION.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_person_id_id", "decision", ["person_id", "id"])
    op.create_index("ix_decision_kind_thing_id", "decision", ["kind", "thing_id"])
    answered = sa.text("state = 'answered'")
    op.create_index(
        "ix_decision_answered", "decision", ["id"], sqlite_where=answered, postgresql_where=answered
    )
