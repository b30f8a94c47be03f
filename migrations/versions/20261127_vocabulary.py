"""The words of the search in their order, read from the index itself.

Revises: 20261126_push
Created: 2026-11-22
"""

from alembic import op

revision = "20261127_vocabulary"
down_revision = "20261126_push"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It holds nothing of its own (FTS5, "The fts5vocab Virtual Table Module"); PostgreSQL needs none.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index_words USING fts5vocab('search_index', 'instance')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_words")
