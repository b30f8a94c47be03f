"""Where a database stands, told without Alembic: a server looks at that each time it starts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from alliance.database import patience, prepare_postgres, prepare_sqlite, sync_url
from alliance.errors import WrongConfiguration

REACH = "schema_reach"
"""The table that lists `reach`: written with every upgrade, read by programs that don't know the revision."""
_CONTRACTS = re.compile(r"^contracts = True$", re.MULTILINE)
_REVISION = re.compile(r"""^(down_)?revision = (?:["']([^"']+)["']|None)""", re.MULTILINE)


@cache
def revisions() -> dict[str, str]:
    """Every revision that this code knows, with the one before it (empty for the first)."""
    found = {}
    for script in Path(__file__).with_name("versions").glob("[0-9]*.py"):
        named = dict(_REVISION.findall(script.read_text(encoding="utf-8")))
        found[named[""]] = named["down_"]
    return found


@cache
def contracting() -> frozenset[str]:
    """The revisions that the program before them can't work with: they say `contracts = True`."""
    scripts = Path(__file__).with_name("versions").glob("[0-9]*.py")
    return frozenset(path.stem for path in scripts if _CONTRACTS.search(path.read_text(encoding="utf-8")))


def reach(revision: str) -> list[str]:
    """The programs, by their newest revision, that may work on a schema at `revision`: it and older ones.

    A migration expands: what it adds, the program before it does without. One that contracts ends the list.
    """
    found = [revision]
    while found[-1] not in contracting() and (before := revisions()[found[-1]]):
        found.append(before)
    return found


def pending(url: str) -> list[str]:
    """The revisions that a database lacks, oldest first; none when it is newer than this program."""
    found, missing = current(url), list[str]()
    if found is not None and found not in revisions():
        return missing
    step = head()
    while step and step != found:
        missing.insert(0, step)
        step = revisions()[step]
    return missing


def head() -> str:
    """The newest revision that this code knows."""
    (newest,) = revisions().keys() - set(revisions().values())
    return newest


def current(url: str) -> str | None:
    """The revision of a database, or None when it has none."""
    with connected(url) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def works_here(connection: Connection) -> bool:
    """Whether this program may work on the schema: at its own revision, or at a newer one that says so."""
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found == head():
        return True
    if found in revisions() or not inspect(connection).has_table(REACH):
        return False
    reached = connection.execute(
        text("SELECT revision FROM schema_reach WHERE revision = :own"), {"own": head()}
    )
    return reached.first() is not None


def refuse_unless_at_head(url: str) -> None:
    """Raises WrongConfiguration when the schema is older than the code, or too new for it."""
    found = current(url)
    if found == head():
        return
    if found is not None and found not in revisions():
        with connected(url) as connection:
            if works_here(connection):
                return
    if found is None:
        raise WrongConfiguration("The database is empty: run `alliance init`, or `alliance migrate`.")
    if found in revisions():
        raise WrongConfiguration("The database is older than this program: run `alliance migrate`.")
    raise WrongConfiguration(
        "The database is newer than this program: install the version that it was used with."
    )


def refuse_unless_founded(url: str) -> None:
    """Raises WrongConfiguration when the schema is there but nobody has set up a company in it."""
    with connected(url) as connection:
        if connection.scalar(text("SELECT count(*) FROM company WHERE is_home")) == 0:
            raise WrongConfiguration("No company has been set up in this database: run `alliance init`.")


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection for looking at a schema and changing it. Raises WrongConfiguration."""
    if url.startswith("sqlite:"):
        engine = create_engine(url)
        prepare_sqlite(engine, writing=True)
        event.listen(engine, "connect", _defer_foreign_keys)
    else:
        engine = create_engine(sync_url(url), connect_args=patience(url))
        prepare_postgres(engine)
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
