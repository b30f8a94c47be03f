"""Brings a database to the schema of this code."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from alliance.database import Base
from migrations.standing import connected

LOCK_TIMEOUT_SECONDS = 10


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the schema forward, in one transaction."""
    with connected(url) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(4011977)"))
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the schema back, in one transaction."""
    with connected(url) as connection, connection.begin():
        command.downgrade(_config(connection), revision)


def differences(url: str) -> list[object]:
    """What the tables in code have that the database lacks, and the other way round."""
    with connected(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        return list(compare_metadata(context, Base.metadata))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether it is told apart from the tables in code: not what FTS5 keeps its index in."""
    return not (kind == "table" and name is not None and name.startswith("search_index"))
