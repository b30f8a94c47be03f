"""Communities of practice: the groups, their members, what is posted there.

Revises: 20261128_letters
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261128_communities"
down_revision = "20261128_letters"
branch_labels = None
depends_on = None

_TABLES = (
    "community_news",
    "community_post",
    "community_crowd",
    "community_member",
    "community_topic",
    "community",
)


def _word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "community",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("audience", _word("company", "alliance", "public", name="audience"), nullable=False),
        sa.Column("state", _word("open", "closed", name="state"), nullable=False),
        sa.Column("picture", sa.String(length=100), nullable=True),
        sa.Column("picture_alt", sa.String(length=500), nullable=False),
        sa.Column("member_count", WholeNumber, nullable=False),
        sa.Column("owners", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("member_count >= 0", name=op.f("ck_community_member_count_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_community_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("company_id", "slug", name=op.f("uq_community_company_id_slug")),
        sa.UniqueConstraint("uri", name=op.f("uq_community_uri")),
    )
    op.create_index("ix_community_picture", "community", ["picture"])
    op.create_index("ix_community_state_member_count_id", "community", ["state", "member_count", "id"])
    op.create_table(
        "community_topic",
        sa.Column("community_id", WholeNumber, nullable=False),
        sa.Column("topic_id", WholeNumber, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_topic_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_community_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("community_id", "topic_id", name=op.f("pk_community_topic")),
    )
    op.create_index(op.f("ix_community_topic_topic_id"), "community_topic", ["topic_id"])
    op.create_table(
        "community_member",
        sa.Column("community_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("role", _word("owner", "moderator", "member", name="role"), nullable=False),
        sa.Column("is_shown", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("joined_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_member_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_community_member_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", "person_id", name=op.f("pk_community_member")),
    )
    op.create_index("ix_community_member_person_id", "community_member", ["person_id"])
    op.create_table(
        "community_crowd",
        sa.Column("community_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("company_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("count", WholeNumber, nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_crowd_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_community_crowd_company_id_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", "company_id", name=op.f("pk_community_crowd")),
    )
    op.create_table(
        "community_post",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("community_id", WholeNumber, nullable=False),
        sa.Column("kind", _word("session", "story", "wish", name="kind"), nullable=False),
        sa.Column("subject_id", WholeNumber, nullable=False),
        sa.Column("posted_by", WholeNumber, nullable=True),
        sa.Column("state", _word("waiting", "shown", "removed", name="state"), nullable=False),
        sa.Column("is_moderated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "announced",
            _word("nobody", "alliance", "public", name="announced"),
            server_default="nobody",
            nullable=False,
        ),
        sa.Column("announcement", WholeNumber, nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_post_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["posted_by"],
            ["person.id"],
            name=op.f("fk_community_post_posted_by_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_post")),
        sa.UniqueConstraint(
            "community_id", "kind", "subject_id", name=op.f("uq_community_post_community_id_kind_subject_id")
        ),
    )
    op.create_index("ix_community_post_community_id_id", "community_post", ["community_id", "id"])
    op.create_index("ix_community_post_kind_subject_id", "community_post", ["kind", "subject_id"])
    op.create_index(op.f("ix_community_post_posted_by"), "community_post", ["posted_by"])
    op.create_table(
        "community_news",
        sa.Column("community_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_news_community_id_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_community_news")),
    )
    op.create_index(op.f("ix_community_news_due_at"), "community_news", ["due_at"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
