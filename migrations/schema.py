"""Brings a database to the schema of this code."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from alliance.database import Base
from migrations.standing import REACH, connected, reach, revisions

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
        _note_reach(connection)


def rehearse(url: str) -> None:
    """Brings the schema forward and takes all of it back: what an upgrade would stumble over is known before.

    Until it is done nobody else can write. Raises what the upgrade would raise.
    """
    with connected(url) as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
        command.upgrade(_config(connection), "head")
        transaction.rollback()


def _note_reach(connection: Connection) -> None:
    """Writes down which programs may work on this schema."""
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found not in revisions() or not inspect(connection).has_table(REACH):
        return
    connection.execute(text("DELETE FROM schema_reach"))
    rows = [{"revision": revision} for revision in reach(found)]
    connection.execute(text("INSERT INTO schema_reach (revision) VALUES (:revision)"), rows)


def downgrade(url: str, revision: str) -> None:
    """Takes the schema back, in one transaction."""
    with connected(url) as connection, connection.begin():
        command.downgrade(_config(connection), revision)
        _note_reach(connection)


def differences(url: str) -> list[object]:
    """What the tables in code have that the database lacks, and the other way round."""
    with connected(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        return list(compare_metadata(context, Base.metadata))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether it is told apart from the tables in code: not what FTS5 and upgrades keep for themselves."""
    ours = ("search_index", "passage_index", REACH)
    return not (kind == "table" and name is not None and name.startswith(ours))
