"""Trouble of the database itself is told apart from statements that are wrong."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from anyio.lowlevel import checkpoint
from sqlalchemy import CursorResult, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from alliance.database import Database, OutcomeUnknown, is_trouble_of_database, postgres_arguments
from alliance.instance import Instance
from alliance.models import Topic
from alliance.queries.given import at_once


def sqlite_error(name: str) -> DBAPIError:
    """What SQLAlchemy raises for an error of SQLite with this name."""
    error = sqlite3.OperationalError("wrong")
    error.sqlite_errorname = name
    return OperationalError("SELECT 1", {}, error)


def postgres_error(code: str) -> DBAPIError:
    """What SQLAlchemy raises for an error of PostgreSQL with this code."""
    return OperationalError("SELECT 1", {}, psycopg.errors.lookup(code)("wrong"))


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_CANTOPEN", "SQLITE_BUSY"])
def test_a_full_disk_and_files_that_are_gone_are_trouble(name: str) -> None:
    assert is_trouble_of_database(sqlite_error(name))


@pytest.mark.parametrize("code", ["53100", "57P01", "08006", "58030", "40P01", "40001"])
def test_a_server_that_stops_has_no_space_or_lets_another_go_first_is_trouble(code: str) -> None:
    assert is_trouble_of_database(postgres_error(code))


def test_no_server_and_no_free_connection_are_trouble() -> None:
    assert is_trouble_of_database(OperationalError("", {}, psycopg.OperationalError("connection refused")))
    assert is_trouble_of_database(NoConnectionFree())


def test_a_commit_that_nobody_heard_of_is_trouble() -> None:
    error = OperationalError(cast(Any, None), None, psycopg.OperationalError("closed"))

    assert is_trouble_of_database(OutcomeUnknown(error))


@pytest.mark.parametrize(("address", "host", "port"), [
    ("postgresql://anna:a%2Cb@one/alliance", "one", None),
    ("postgres://anna@one:5433/alliance?sslmode=require", "one", 5433),
    ("postgresql://anna:a%40b@one:5433,two/alliance?sslmode=require", "one,two", "5433,5432"),
    ("postgresql+psycopg://[::1]:5433,[::2]:5434/alliance", "::1,::2", "5433,5434"),
    ("postgresql://anna@/alliance?host=one,two&port=5433,5434", "one,two", "5433,5434"),
])  # fmt: skip
def test_several_hosts_are_written_as_postgresql_does(address: str, host: str, port: str | int) -> None:
    told = postgres_arguments(address)

    assert (told["dbname"], told["host"], told.get("port")) == ("alliance", host, port)
    assert (told.get("target_session_attrs") == "read-write") == ("," in host)
    assert (told.get("sslmode") == "require") == ("sslmode" in address)


def test_what_the_address_says_counts() -> None:
    told = postgres_arguments("postgresql://one,two/alliance?target_session_attrs=any&connect_timeout=2")

    assert (told["target_session_attrs"], told["connect_timeout"]) == ("any", "2")
    assert told["tcp_user_timeout"] == 25_000


async def test_a_server_that_became_a_replica_is_trouble_and_its_connections_go(instance: Instance) -> None:
    if instance.database.is_sqlite:
        return  # there are no replicas

    async with instance.database.writer.connect() as connection:
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("DELETE FROM topic"))

    assert is_trouble_of_database(caught.value)
    assert caught.value.connection_invalidated


async def test_a_commit_whose_answer_is_lost_is_not_told_as_undone(instance: Instance) -> None:
    if instance.database.is_sqlite:
        return  # nothing is between us and the file

    uow = instance.unit_of_work()
    mine = await uow.db.scalar(text("SELECT pg_backend_pid()"))
    async with instance.reading() as db:
        await db.execute(text("SELECT pg_terminate_backend(:mine, 5000)"), {"mine": mine})

    with pytest.raises(OutcomeUnknown):
        await uow.__aexit__(None, None, None)


@pytest.mark.parametrize("error", [
    sqlite_error("SQLITE_ERROR"),
    postgres_error("42P01"),
    postgres_error("57014"),
    IntegrityError("", {}, sqlite3.IntegrityError("twice")),
    ValueError("no database at all"),
])  # fmt: skip
def test_wrong_statements_are_defects(error: Exception) -> None:
    assert not is_trouble_of_database(error)


async def test_a_table_that_is_not_there_is_a_defect(instance: Instance) -> None:
    async with instance.reading() as db:
        with pytest.raises(DBAPIError) as caught:
            await db.execute(text("SELECT * FROM nowhere"))

    assert not is_trouble_of_database(caught.value)


async def test_a_database_that_somebody_writes_into_is_waited_for_and_put_into_wal(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE shelf (book TEXT)")
    other.execute("BEGIN IMMEDIATE")
    # SQLite itself refuses to change the mode at once, whatever the timeout.
    threading.Timer(0.3, other.execute, ["COMMIT"]).start()
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")

    async with database.writer.begin() as connection:
        mode = await connection.scalar(text("PRAGMA journal_mode"))

    await database.close()
    other.close()
    assert mode == "wal"


async def test_a_database_that_is_first_looked_at_is_put_into_wal_as_well(tmp_path: Path) -> None:
    """As one is that a backup was brought back into."""
    with sqlite3.connect(tmp_path / "a.db") as made:
        made.execute("CREATE TABLE shelf (book TEXT)")
    made.close()
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")

    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM shelf")) == 0
        assert await db.scalar(text("PRAGMA journal_mode")) == "wal"
    await database.close()


async def test_a_unit_of_work_begins_as_a_writer_and_what_looks_cannot_write(instance: Instance) -> None:
    """A reader that turns writer is refused at once while another one writes."""
    if not instance.database.is_sqlite:
        return
    async with instance.unit_of_work() as uow:
        await uow.db.execute(text("SELECT 1"))
        with (
            sqlite3.connect(instance.settings.database.removeprefix("sqlite:///"), timeout=0) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    async with instance.reading() as db:
        with pytest.raises(DBAPIError, match="readonly"):
            await db.execute(text("DELETE FROM person"))


async def test_a_statement_changes_threads_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(f"sqlite:///{tmp_path}/one.db")
    caplog.set_level("DEBUG", "aiosqlite")
    async with database.writing() as db:
        await db.execute(text("CREATE TABLE word (word TEXT, number INTEGER PRIMARY KEY)"))
        caplog.clear()

        made = await db.execute(text("INSERT INTO word (word) VALUES ('lens'), ('glass') RETURNING number"))
        many = await db.execute(
            text("INSERT INTO word (word) VALUES (:word)"), [{"word": "a"}, {"word": "b"}]
        )
        seen = await db.execute(text("SELECT word FROM word ORDER BY number"))

        visits = [record for record in caplog.records if record.message.startswith("executing")]
        assert len(visits) == 3
        assert made.scalars().all() == [1, 2]
        assert isinstance(many, CursorResult)
        assert many.rowcount == 2
        assert seen.scalars().all() == ["lens", "glass", "a", "b"]
        with pytest.raises(OperationalError, match="no such table"):
            await db.execute(text("SELECT * FROM missing"))
        await db.rollback()
    await database.close()


async def test_who_looks_sees_one_moment_from_the_first_statement_on(instance: Instance) -> None:
    count = select(func.count()).select_from(Topic)
    async with instance.reading() as db:
        before = await db.scalar(count)
        async with instance.unit_of_work() as uow:
            uow.db.add(Topic(id=1, slug="lens", name="Lens"))

        seen = await db.scalar(count)
        # PostgreSQL reads what is committed, statement by statement.
        assert (before, seen) == (0, 0 if instance.database.is_sqlite else 1)
    async with instance.reading() as db:
        assert await db.scalar(count) == 1


@pytest.fixture
async def words(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one word in it."""
    with sqlite3.connect(tmp_path / "one.db") as made:
        made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE word (word TEXT)")
        made.execute("INSERT INTO word VALUES ('lens')")
    made.close()
    database = Database(f"sqlite:///{tmp_path}/one.db")
    yield database
    await database.close()


WORDS = at_once(text("SELECT word FROM word"))


async def test_what_is_found_by_its_keys_changes_no_threads(
    words: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "aiosqlite")
    async with words.reading() as db:
        await db.execute(text("SELECT 1"))
        caplog.clear()

        assert await db.scalar(WORDS) == "lens"
        with pytest.raises(OperationalError, match="no such table"):
            await db.scalar(at_once(text("SELECT * FROM missing")))
        await db.rollback()

    assert not [record for record in caplog.records if record.message.startswith("executing")]


async def test_who_asks_at_once_waits_for_a_question_that_was_given_up(words: Database) -> None:
    """A connection is asked by one at a time, whose answer somebody waits for or not."""
    async with words.reading() as db:
        connection = await (await db.connection()).get_raw_connection()
        driver, answered = cast(Any, connection.dbapi_connection), threading.Event()
        asking = asyncio.ensure_future(driver.visit(answered.wait, 10))
        await checkpoint()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        asyncio.get_running_loop().call_later(0.05, answered.set)

        assert await db.scalar(WORDS) == "lens"
        assert answered.is_set()
        assert driver.is_idle()
