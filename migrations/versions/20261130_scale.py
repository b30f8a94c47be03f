"""A company's newest sessions and its latest change are found by an index; statements run as they are.

PostgreSQL compiles what it takes for expensive (`jit`), which cost 300 ms for a search of 100, and shares it
out among processes that it starts, which cost 10 ms where the work took 2. The settings belong to the
database, because behind a pooler nothing can be set for a connection; where the database is somebody else's
they stay as they are.

Revises: 20261129_operations
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_scale"
down_revision = "20261129_operations"
branch_labels = None
depends_on = None

TIMELESS = "id < 17179869184"


def upgrade() -> None:
    op.create_index("ix_session_company_id_id", "session", ["company_id", "id"])
    op.create_index("ix_session_company_id_updated_at", "session", ["company_id", "updated_at"])
    op.create_index(
        "ix_search_document_timeless",
        "search_document",
        ["vector"],
        postgresql_using="gin",
        postgresql_where=sa.text(TIMELESS),
        sqlite_where=sa.text(TIMELESS),
    )
    _set_for_database("SET jit = off")
    _set_for_database("SET max_parallel_workers_per_gather = 0")


def downgrade() -> None:
    _set_for_database("RESET max_parallel_workers_per_gather")
    _set_for_database("RESET jit")
    op.drop_index("ix_search_document_timeless", table_name="search_document")
    op.drop_index("ix_session_company_id_updated_at", table_name="session")
    op.drop_index("ix_session_company_id_id", table_name="session")


def _set_for_database(what: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    query = "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
    if connection.scalar(sa.text(query)):
        name = connection.dialect.identifier_preparer.quote_identifier(
            connection.scalar(sa.text("SELECT current_database()"))
        )
        op.execute(f"ALTER DATABASE {name} {what}")
