"""What the search finds, and what employees follow.

Revises: 20261123_operating
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from alliance.database import UtcDateTime, WholeNumber

revision = "20261124_search"
down_revision = "20261123_operating"
branch_labels = None
depends_on = None

_COLUMNS = "title, topics, host, body, marks"
_OLD = ", ".join(f"old.{name}" for name in _COLUMNS.split(", "))
_NEW = ", ".join(f"new.{name}" for name in _COLUMNS.split(", "))
_PUT = f"INSERT INTO search_index (rowid, {_COLUMNS}) VALUES (new.id, {_NEW});"  # noqa: S608 - names of ours
_TAKE = f"INSERT INTO search_index (search_index, rowid, {_COLUMNS}) VALUES ('delete', old.id, {_OLD});"  # noqa: S608
# The index reads its texts from the table and hears of every change (FTS5, "External Content Tables").
FTS5 = (
    f"""CREATE VIRTUAL TABLE search_index USING fts5(
        {_COLUMNS}, content='search_document', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'", prefix='2 3 4')""",
    f"CREATE TRIGGER search_document_put AFTER INSERT ON search_document BEGIN {_PUT} END",
    f"CREATE TRIGGER search_document_take AFTER DELETE ON search_document BEGIN {_TAKE} END",
    f"CREATE TRIGGER search_document_change AFTER UPDATE ON search_document BEGIN {_TAKE} {_PUT} END",
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", WholeNumber, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _COLUMNS.split(", ")),
        sa.Column("vector", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_search_document_kind_object_id")),
    )
    op.create_index("ix_search_document_vector", "search_document", ["vector"], postgresql_using="gin")
    op.create_table(
        "search_word",
        sa.Column("variant", sa.String(40), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name=op.f("pk_search_word")),
    )
    _create_interests()
    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS5:
            op.execute(statement)


def _create_interests() -> None:
    op.create_table(
        "interest",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("topic_id", WholeNumber, nullable=True),
        sa.Column("expert_id", WholeNumber, nullable=True),
        sa.Column("company_id", WholeNumber, nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN expert_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN company_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_interest_one_thing"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_interest_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (
                ("person_id", "person"),
                ("topic_id", "topic"),
                ("expert_id", "person"),
                ("company_id", "company"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        *(
            sa.UniqueConstraint("person_id", column, name=op.f(f"uq_interest_person_id_{column}"))
            for column in ("topic_id", "expert_id", "company_id")
        ),
    )
    for column in ("topic_id", "expert_id", "company_id"):
        op.create_index(f"ix_interest_{column}", "interest", [column])


def downgrade() -> None:
    op.drop_table("interest")
    op.drop_table("search_word")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_document")
