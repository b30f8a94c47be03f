"""Moves an instance into another database: every row with its id, proved before anything is kept."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import String, inspect, text

from alliance.database import Base
from alliance.errors import Conflict, Invalid
from alliance.instance import Instance
from alliance.rebuilding_postings import rebuild_postings
from alliance.searching import rebuild
from alliance.settings import Settings
from migrations import schema
from migrations.standing import connected, refuse_unless_at_head, refuse_unless_founded
from web.database_copies.copying import DERIVED, Advance, Copied, copy_tables, tables
from web.database_copies.sides import filled, is_sqlite, looked_into, sqlite_path

# What SQLite finds in transcripts by its own index PostgreSQL finds by this column, which came empty.
_WORDS_OF_PASSAGES = text(
    "UPDATE passage SET vector = array_to_tsvector(array_remove(string_to_array(words, ' '), ''))"
    " WHERE vector IS NULL"
)


def rows_of(url: str) -> int:
    """How many rows would be carried over."""
    with looked_into(url) as side:
        return sum(map(side.count, tables()))


def move(source: str, target: str, advance: Advance = lambda _rows: None) -> list[Copied]:
    """Copies every row of the database at `source` into the empty one at `target`; `source` is only read.

    Raises Conflict when the target is not empty or somebody is at work on the source, Invalid when a row
    can't be carried over. Then nothing is left in the target.
    """
    refuse_unless_at_head(source)
    refuse_unless_founded(source)
    refuse_unless_empty(target)
    with _without_worker(source), looked_into(source) as side:
        if is_sqlite(source) and not is_sqlite(target):
            _refuse_what_only_sqlite_takes(source)
        schema.upgrade(target)
        try:
            with filled(target) as other:
                return copy_tables(side, other, tables(), advance)
        except BaseException:
            take_away(target)
            raise


async def make_findable(settings: Settings) -> int:
    """Writes what the search finds, which no copy carries; how many things there are."""
    instance = Instance(settings)
    try:
        if not instance.database.is_sqlite:
            async with instance.unit_of_work() as uow:
                await uow.db.execute(_WORDS_OF_PASSAGES)
        await rebuild_postings(instance)
        return await rebuild(instance)
    finally:
        await instance.close()


def refuse_unless_empty(url: str) -> None:
    """Raises Conflict when there is a database at `url` already, WrongConfiguration when none can be."""
    if is_sqlite(url):
        if sqlite_path(url).exists():
            raise Conflict("There is a database already: {path}.", path=sqlite_path(url))
        return
    with connected(url) as connection:
        there = set(inspect(connection).get_table_names())
    if there - {"alembic_version"}:
        raise Conflict("The database is not empty: it has {count} tables.", count=len(there))


def take_away(url: str) -> None:
    """Removes what was begun in a database that was empty before."""
    if is_sqlite(url):
        for ending in ("", "-wal", "-shm"):
            Path(f"{sqlite_path(url)}{ending}").unlink(missing_ok=True)
    else:
        schema.downgrade(url, "base")


@contextmanager
def _without_worker(url: str) -> Iterator[None]:
    """The place of the worker on a SQLite database (federation/neighbours.py). Raises Conflict."""
    if not is_sqlite(url):
        yield
        return
    with Path(f"{sqlite_path(url)}-worker").open("ab") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("The instance is running: stop it first.") from error
        yield


def _refuse_what_only_sqlite_takes(url: str) -> None:
    """SQLite takes longer texts than was said, and NUL in them; PostgreSQL takes neither. Raises Invalid."""
    with closing(sqlite3.connect(f"file:{sqlite_path(url)}?mode=ro", uri=True)) as connection:
        for column in (column for table in Base.metadata.sorted_tables for column in table.columns):
            if not isinstance(column.type, String) or column.table.name in DERIVED:
                continue
            wrong = [f'instr("{column.name}", char(0)) > 0']
            if column.type.length:
                wrong.append(f'length("{column.name}") > {column.type.length}')
            question = f'SELECT count(*) FROM "{column.table.name}" WHERE {" OR ".join(wrong)}'  # noqa: S608
            (count,) = connection.execute(question).fetchone()
            if count:
                raise Invalid(
                    "PostgreSQL would not take {count} rows: {column} is too long in them, or has a NUL.",
                    count=count,
                    column=column,
                )
