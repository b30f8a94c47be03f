"""Requests, offers and mentoring.

Revises: 20261128_circles
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261128_wishes"
down_revision = "20261128_circles"
branch_labels = None
depends_on = None

_KINDS = ("learn", "help", "mentor_wanted", "mentor_offered")
_STATES = ("open", "answered", "closed", "hidden", "deleted")
_AUDIENCES = ("company", "alliance", "public")


def upgrade() -> None:
    _create_wish()
    op.create_table(
        "wish_topic",
        sa.Column("wish_id", WholeNumber, nullable=False),
        sa.Column("topic_id", WholeNumber, nullable=False),
        _of("wish_topic", "topic_id", "topic", ondelete=None),
        _of("wish_topic", "wish_id", "wish"),
        sa.PrimaryKeyConstraint("wish_id", "topic_id", name=op.f("pk_wish_topic")),
    )
    op.create_index(op.f("ix_wish_topic_topic_id"), "wish_topic", ["topic_id"])
    _create_voices()
    op.create_table(
        "wish_answer",
        sa.Column("wish_id", WholeNumber, nullable=False),
        sa.Column("session_uri", sa.String(length=500), nullable=False),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _of("wish_answer", "session_id", "session"),
        _of("wish_answer", "wish_id", "wish"),
        sa.PrimaryKeyConstraint("wish_id", "session_uri", name=op.f("pk_wish_answer")),
    )
    op.create_index("ix_wish_answer_session_id", "wish_answer", ["session_id"])
    op.create_index("ix_wish_answer_session_uri", "wish_answer", ["session_uri"])
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wish_id", WholeNumber, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_report_wish_id_wish"), "wish", ["wish_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute("DELETE FROM report WHERE wish_id IS NOT NULL")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_report_wish_id_wish"), type_="foreignkey")
        batch_op.drop_column("wish_id")
    for table in ("wish_answer", "wish_like", "wish_chorus", "wish_voice", "wish_topic", "wish"):
        op.drop_table(table)


def _create_wish() -> None:
    op.create_table(
        "wish",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("author_id", WholeNumber, nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", _word("kind", *_KINDS), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("audience", _word("audience", *_AUDIENCES), nullable=False),
        sa.Column("state", _word("state", *_STATES), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("news_due_at", UtcDateTime(timezone=True), nullable=True),
        _of("wish", "author_id", "person", ondelete=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("uri", name=op.f("uq_wish_uri")),
    )
    op.create_index("ix_wish_author_id_id", "wish", ["author_id", "id"])
    op.create_index("ix_wish_state_id", "wish", ["state", "id"])
    news = sa.text("news_due_at IS NOT NULL")
    op.create_index("ix_wish_news", "wish", ["news_due_at"], sqlite_where=news, postgresql_where=news)


def _create_voices() -> None:
    op.create_table(
        "wish_voice",
        sa.Column("wish_id", WholeNumber, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _of("wish_voice", "person_id", "person"),
        _of("wish_voice", "wish_id", "wish"),
        sa.PrimaryKeyConstraint("wish_id", "person_id", name=op.f("pk_wish_voice")),
    )
    op.create_index(op.f("ix_wish_voice_person_id"), "wish_voice", ["person_id"])
    op.create_table(
        "wish_chorus",
        sa.Column("wish_id", WholeNumber, nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("company_name", sa.String(length=200), nullable=False),
        sa.Column("count", WholeNumber, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _of("wish_chorus", "wish_id", "wish"),
        sa.PrimaryKeyConstraint("wish_id", "host", name=op.f("pk_wish_chorus")),
    )
    op.create_table(
        "wish_like",
        sa.Column("wish_id", WholeNumber, nullable=False),
        sa.Column("actor_uri", sa.String(length=500), nullable=False),
        _of("wish_like", "wish_id", "wish"),
        sa.PrimaryKeyConstraint("wish_id", "actor_uri", name=op.f("pk_wish_like")),
    )
    op.create_index("ix_wish_like_actor_uri", "wish_like", ["actor_uri"])


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=max(map(len, words)))


def _of(table: str, column: str, parent: str, *, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)
