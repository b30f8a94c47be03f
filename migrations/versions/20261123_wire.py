"""Translations, sizes of pictures, and what timelines were told: notes, featured sessions, reminders.

Revises: 20261122_first
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_wire"
down_revision = "20261122_first"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"], ["session.id"], name=op.f(f"fk_{table}_session_id_session"), ondelete="CASCADE"
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, alliance.database.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(_number("image_width", nullable=True))
        batch_op.add_column(_number("image_height", nullable=True))
    op.create_table(
        "session_translation",
        _number("session_id"),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        _of_session("session_translation"),
        sa.PrimaryKeyConstraint("session_id", "language", name=op.f("pk_session_translation")),
    )
    op.create_table(
        "session_note",
        _number("id"),
        _number("session_id"),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        _moment("gone_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["id"],
            ["outbox_activity.id"],
            name=op.f("fk_session_note_id_outbox_activity"),
            ondelete="CASCADE",
        ),
        _of_session("session_note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_note")),
    )
    with op.batch_alter_table("session_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_note_session_id"), ["session_id"], unique=False)
    op.create_table(
        "told_inbox",
        sa.Column("object_uri", sa.String(length=500), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("object_uri", "inbox", name=op.f("pk_told_inbox")),
    )
    op.create_table(
        "featured_session",
        _number("session_id"),
        _moment("since"),
        _of_session("featured_session"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_featured_session")),
    )
    op.create_table(
        "session_reminder",
        _number("session_id"),
        _moment("announced_at"),
        _of_session("session_reminder"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_reminder")),
    )


def downgrade() -> None:
    op.drop_table("session_reminder")
    op.drop_table("featured_session")
    op.drop_table("told_inbox")
    with op.batch_alter_table("session_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_note_session_id"))
    op.drop_table("session_note")
    op.drop_table("session_translation")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("image_height")
        batch_op.drop_column("image_width")
