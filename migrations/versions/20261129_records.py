"""Learning records, confirmations and badges.

Revises: 20261129_webhooks
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_records"
down_revision = "20261129_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _confirmations()
    _badges()
    _settings()
    _statements()


def downgrade() -> None:
    for table in (
        "record_statement",
        "record_choice",
        "integration_token",
        "learning_setting",
        "badge",
        "confirmation",
    ):
        op.drop_table(table)


def _confirmations() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("session_uri", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("company_uri", sa.String(500), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.Column("own_at", UtcDateTime(), nullable=True),
        sa.Column("host_at", UtcDateTime(), nullable=True),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        _reference("confirmation", "person", "CASCADE"),
        _reference("confirmation", "session", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("person_id", "session_id", name=op.f("uq_confirmation_person_id_session_id")),
    )
    op.create_index(
        "ix_confirmation_person_id_starts_at_id", "confirmation", ["person_id", "starts_at", "id"]
    )
    op.create_index("ix_confirmation_session_id", "confirmation", ["session_id"])


def _badges() -> None:
    op.create_table(
        "badge",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", WholeNumber, nullable=True),
        sa.Column("confirmation_id", WholeNumber, nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        _reference("badge", "person", "SET NULL"),
        _reference("badge", "confirmation", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
    )
    op.create_index("ix_badge_person_id", "badge", ["person_id"])
    op.create_index("ix_badge_confirmation_id", "badge", ["confirmation_id"])
    op.create_index("ix_badge_revoked_at", "badge", ["revoked_at"])


def _settings() -> None:
    op.create_table(
        "learning_setting",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("hosts_confirm", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("endpoint", sa.String(500), nullable=False),
        sa.Column("is_inside", sa.Boolean(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("version", _word("version", "1.0.3", "2.0.0"), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_setting")),
    )
    op.create_table(
        "integration_token",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scope", _word("scope", "catalogue", "provisioning"), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_integration_token_token_hash")),
    )
    op.create_table(
        "record_choice",
        sa.Column("person_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        _reference("record_choice", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_record_choice")),
        sa.UniqueConstraint("account", name=op.f("uq_record_choice_account")),
    )


def _statements() -> None:
    op.create_table(
        "record_statement",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.String(36), nullable=False),
        sa.Column("person_id", WholeNumber, nullable=True),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("verb", _word("verb", "registered", "attended", "voided"), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", _word("state", "waiting", "sent", "dead", "dropped"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        _reference("record_statement", "person", "SET NULL"),
        _reference("record_statement", "session", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_statement")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_record_statement_statement_id")),
    )
    op.create_index("ix_record_statement_state_id", "record_statement", ["state", "id"])
    op.create_index(
        "ix_record_statement_person_id_session_id", "record_statement", ["person_id", "session_id"]
    )


def _reference(table: str, to: str, gone: str) -> sa.ForeignKeyConstraint:
    """`<to>_id` of a table, and what becomes of the row when what it names is gone."""
    name = op.f(f"fk_{table}_{to}_id_{to}")
    return sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=name, ondelete=gone)


def _word(name: str, *words: str) -> sa.Enum:
    """A column that holds one of a few words, as they were then."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=max(map(len, words)))
