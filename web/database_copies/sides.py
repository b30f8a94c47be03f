"""The two ends of a copy: a SQLite file or a PostgreSQL database, each in one transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from alliance.database import postgres_arguments
from alliance.errors import Conflict, Invalid
from web.database_copies import text_form

_AT_ONCE = 2_000
_BLOCK = 1 << 16
# The one that workers share out the chores by (federation/postgres_neighbours.py).
_CHORES_LOCK = 4011978


class Side(Protocol):
    """Rows as lines of PostgreSQL's COPY, out of a table and into it."""

    def count(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def lines(self, table: str, columns: Sequence[str]) -> Iterator[bytes]:
        """Every row, in any order."""
        ...

    def fill(self, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
        """Adds rows. Raises Invalid when the database refuses one."""
        ...


class SqliteSide:
    """A SQLite database, by the types that its tables were made with."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def count(self, table: str) -> int:
        found: int = self.connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
        return found

    def lines(self, table: str, columns: Sequence[str]) -> Iterator[bytes]:
        kinds = self._kinds(table, columns)
        wanted = ", ".join(f'"{column}"' for column in columns)
        cursor = self.connection.execute(f'SELECT {wanted} FROM "{table}"')  # noqa: S608 - names of ours
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield text_form.written(kinds, row)

    def fill(self, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
        kinds = self._kinds(table, columns)
        names = ", ".join(f'"{column}"' for column in columns)
        places = ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608 - names of ours
        try:
            self.connection.executemany(statement, (text_form.read(kinds, line) for line in lines))
        except (sqlite3.Error, ValueError) as error:
            raise _refused(table, str(error)) from error

    def _kinds(self, table: str, columns: Sequence[str]) -> list[str]:
        declared = {row[1]: row[2] for row in self.connection.execute(f'PRAGMA table_info("{table}")')}
        try:
            return [text_form.kind_of(declared[column]) for column in columns]
        except KeyError as error:
            raise _refused(table, f"there is no column {error}") from error


class PostgresSide:
    """A PostgreSQL database; it reads and writes this form itself."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def count(self, table: str) -> int:
        row = self.connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone()
        return int(row[0]) if row else 0

    def lines(self, table: str, columns: Sequence[str]) -> Iterator[bytes]:
        with self.connection.cursor().copy(copy_statement(table, columns, "TO STDOUT")) as copy:
            for line in copy:
                yield bytes(line)

    def fill(self, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
        try:
            with self.connection.cursor().copy(copy_statement(table, columns, "FROM STDIN")) as copy:
                for block in _blocks(lines):
                    copy.write(block)
        except psycopg.DatabaseError as error:
            raise _refused(table, str(error).splitlines()[0]) from error


def copy_statement(table: str, columns: Sequence[str], direction: str) -> sql.Composed:
    """PostgreSQL's COPY of some columns, `TO STDOUT` or `FROM STDIN`."""
    return sql.SQL("COPY {} ({}) {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(direction),
    )


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in lines:
        block += line
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _refused(table: str, reason: str) -> Invalid:
    return Invalid(
        "A row of {table} can't be carried over: {reason}.", table=table, reason=reason.rstrip(".")
    )


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def is_sqlite(url: str) -> bool:
    """Whether a database is a file."""
    return url.startswith("sqlite")


@contextmanager
def looked_into(url: str) -> Iterator[Side]:
    """A database as it is at one moment; nothing of it is changed, and on SQLite nobody else can either.

    Raises Conflict while a worker is at work on it.
    """
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None, timeout=15)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Conflict("Somebody is writing into the database: stop the instance first.") from error
            connection.execute("PRAGMA query_only=ON")
            yield SqliteSide(connection)
            connection.rollback()
    else:
        with connected(url) as db:
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = db.execute("SELECT pg_try_advisory_xact_lock(%s)", (_CHORES_LOCK,)).fetchone()
            if not (row and row[0]):
                raise Conflict("A worker is at work on the database: stop the instance first.")
            yield PostgresSide(db)


@contextmanager
def filled(url: str) -> Iterator[Side]:
    """A database whose tables are there and empty; all of it is kept at the end, or nothing."""
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("BEGIN IMMEDIATE")
            yield SqliteSide(connection)
            if orphan := connection.execute("PRAGMA foreign_key_check").fetchone():
                raise _refused(orphan[0], f"it belongs to a row of {orphan[2]} that is not there")
            connection.execute("COMMIT")
    else:
        with connected(url) as db:
            yield PostgresSide(db)


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection to PostgreSQL on which moments are told in UTC; commits at the end."""
    with psycopg.connect(**postgres_arguments(url) | {"client_encoding": "utf8"}) as connection:
        # For this transaction alone: behind a pooler the connection is somebody else's afterwards.
        connection.execute("SET LOCAL timezone TO 'UTC'")
        connection.execute("SET LOCAL datestyle TO 'ISO'")
        connection.execute("SET LOCAL bytea_output TO 'hex'")
        yield connection
