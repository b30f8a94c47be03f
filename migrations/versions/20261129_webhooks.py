"""Words to Teams, Slack, Discord, Matrix and others; the numbers of months that are over.

Revises: 20261129_newsletter
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_webhooks"
down_revision = "20261129_newsletter"
branch_labels = None
depends_on = None

_KINDS = ("teams", "slack", "discord", "matrix", "generic")
_NEWS = ("session", "moved", "cancelled", "story", "wish")


def _word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("kind", _word(*_KINDS, name="kind"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("community_id", WholeNumber, nullable=True),
        sa.Column("topic_id", WholeNumber, nullable=True),
        sa.Column("news", sa.JSON(), nullable=False),
        sa.Column("ours_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reach", _word("company", "alliance", "public", name="reach"), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("is_admitted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", _word("running", "paused", "ended", name="state"), nullable=False),
        sa.Column("batch", WholeNumber, nullable=True),
        sa.Column("failures", WholeNumber, nullable=False),
        sa.Column("failing_since", UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_webhook_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_webhook_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_community_id", "webhook", ["community_id"])
    op.create_index("ix_webhook_topic_id", "webhook", ["topic_id"])
    op.create_table(
        "webhook_news",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("webhook_id", WholeNumber, nullable=False),
        sa.Column("kind", _word(*_NEWS, name="kind"), nullable=False),
        sa.Column("subject_id", WholeNumber, nullable=False),
        sa.Column("occasion", WholeNumber, nullable=False),
        sa.Column("previous_starts_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", WholeNumber, nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_news_webhook_id_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_news")),
        sa.UniqueConstraint(
            "webhook_id",
            "kind",
            "subject_id",
            "occasion",
            name=op.f("uq_webhook_news_webhook_id_kind_subject_id_occasion"),
        ),
    )
    open_ = sa.text("told_at IS NULL")
    op.create_index(
        "ix_webhook_news_open",
        "webhook_news",
        ["webhook_id", "id"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("webhook_id", WholeNumber, nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("count", WholeNumber, nullable=False),
        sa.Column("status", WholeNumber, nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("milliseconds", WholeNumber, nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_webhook_id_id", "webhook_delivery", ["webhook_id", "id"])
    op.create_table(
        "monthly_number",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("report", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", WholeNumber, nullable=False),
        sa.PrimaryKeyConstraint("month", "report", "key", name=op.f("pk_monthly_number")),
    )
    op.create_table(
        "number_tally",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("counted_from", UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_id", WholeNumber, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_tally")),
    )


def downgrade() -> None:
    for table in ("number_tally", "monthly_number", "webhook_delivery", "webhook_news", "webhook"):
        op.drop_table(table)
