"""Brings a database to the schema of this code and tells where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from alliance.database import Base, prepare_sqlite, sync_url
from alliance.errors import WrongConfiguration

LOCK_TIMEOUT_SECONDS = 10


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(sync_url(url))
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine, writing=True)
        event.listen(engine, "connect", _defer_foreign_keys)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else str(error)
        raise WrongConfiguration("The database can't be used: {reason}.", reason=reason) from error
    finally:
        engine.dispose()


def _defer_foreign_keys(connection: object, _record: object) -> None:
    """SQLite rebuilds a table to change it, which foreign keys would forbid."""
    connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]


def head() -> str:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(url: str) -> str | None:
    """The revision of a database, or None when it has none."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def refuse_unless_at_head(url: str) -> None:
    """Raises WrongConfiguration when the schema is older or newer than the code."""
    found = current(url)
    if found == head():
        return
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is None:
        raise WrongConfiguration("The database is empty: run `alliance init`, or `alliance migrate`.")
    if found in known:
        raise WrongConfiguration("The database is older than this program: run `alliance migrate`.")
    raise WrongConfiguration(
        "The database is newer than this program: install the version that it was used with."
    )


def refuse_unless_founded(url: str) -> None:
    """Raises WrongConfiguration when the schema is there but nobody has set up a company in it."""
    with _connected(url) as connection:
        if connection.scalar(text("SELECT count(*) FROM company WHERE is_home")) == 0:
            raise WrongConfiguration("No company has been set up in this database: run `alliance init`.")


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the schema forward, in one transaction."""
    with _connected(url) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(4011977)"))
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the schema back, in one transaction."""
    with _connected(url) as connection, connection.begin():
        command.downgrade(_config(connection), revision)


def differences(url: str) -> list[object]:
    """What the tables in code have that the database lacks, and the other way round."""
    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
