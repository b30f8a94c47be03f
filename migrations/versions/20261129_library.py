"""The library and what is said in recordings.

Revises: 20261128_records
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_library"
down_revision = "20261128_records"
branch_labels = None
depends_on = None

_PUT = "INSERT INTO passage_index (rowid, words, marks) VALUES (new.id, new.words, new.marks);"
_TAKE = (
    "INSERT INTO passage_index (passage_index, rowid, words, marks)"
    " VALUES ('delete', old.id, old.words, old.marks);"
)
# The same way as the index of sessions and people (20261124_search), which stays as short as it was.
FTS5 = (
    """CREATE VIRTUAL TABLE passage_index USING fts5(
        words, marks, content='passage', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'", prefix='2 3 4')""",
    "CREATE VIRTUAL TABLE passage_index_words USING fts5vocab('passage_index', 'instance')",
    f"CREATE TRIGGER passage_put AFTER INSERT ON passage BEGIN {_PUT} END",
    f"CREATE TRIGGER passage_take AFTER DELETE ON passage BEGIN {_TAKE} END",
    f"CREATE TRIGGER passage_change AFTER UPDATE ON passage BEGIN {_TAKE} {_PUT} END",
)


def upgrade() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("uri", sa.String(500), nullable=True),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("cues", sa.LargeBinary(), nullable=True),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.Column("fetch_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", WholeNumber, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_transcript_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("session_id", "language", name=op.f("uq_transcript_session_id_language")),
    )
    wanted = sa.text("fetch_at IS NOT NULL")
    op.create_index(
        "ix_transcript_fetch_at", "transcript", ["fetch_at"], sqlite_where=wanted, postgresql_where=wanted
    )
    op.create_table(
        "passage",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("transcript_id", WholeNumber, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=False),
        sa.Column("number", WholeNumber, nullable=False),
        sa.Column("starts_ms", WholeNumber, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("marks", sa.String(40), nullable=False),
        sa.Column("vector", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite")),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk_passage_transcript_id_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index("ix_passage_transcript_id_number", "passage", ["transcript_id", "number"])
    op.create_index("ix_passage_session_id", "passage", ["session_id"])
    op.create_index("ix_passage_vector", "passage", ["vector"], postgresql_using="gin")
    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS5:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_index_words")
    op.drop_table("passage")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_index")
    op.drop_table("transcript")
