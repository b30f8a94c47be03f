"""Engines, column types and the two kinds of database handle: reading and writing."""

import asyncio
import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from alliance.sqlite_driver import driver, let_stay

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Found = TypeVar("Found")
_LOOKING_AT_ONCE = 4
# Whoever waits longer for a place than browsers and other servers for an answer does so in vain.
_POOL_SECONDS = 10
# Somebody else may begin to write each time that one looks.
_TIMES_TO_WAL = 50

# SQLite makes only a column of type INTEGER the key of the table itself.
WholeNumber = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The one registry of tables, of the domain and of federation."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {int: WholeNumber}  # noqa: RUF012 - the shape that SQLAlchemy asks for


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone can't be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    # SQLite has moments as text. SQLAlchemy's way there and back takes three calls and a dictionary for
    # each, and a page has hundreds of them.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """How values are sent."""
        return moment_as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """How values are read."""
        return _moment_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def moment_as_text(value: datetime | None) -> str | None:
    """An aware moment as SQLAlchemy writes it on SQLite. Raises ValueError for one without a time zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone can't be stored")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def word(*words: str, name: str) -> Enum:
    """A column that holds one of a few words, checked by the database itself."""
    return Enum(*words, name=name, native_enum=False, create_constraint=True, length=max(map(len, words)))


class ReadingSession(AsyncSession):
    """A handle that is for looking only."""


class WritingSession(AsyncSession):
    """A handle inside a unit of work; flush, never commit."""


class Database:
    """The engines of one database: SQLite in WAL with a single writer, or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.url = _async_url(url)
        self.writer = self._engine(writing=True)
        self.reader = self._engine(writing=False) if self.is_sqlite else self.writer
        self._looker: Engine | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._looking = threading.local()
        self._connections: list[Connection] = []
        options: dict[str, Any] = {"expire_on_commit": False, "autoflush": True}
        self.writing: Callable[[], WritingSession] = async_sessionmaker(
            self.writer, class_=WritingSession, **options
        )
        self.reading: Callable[[], ReadingSession] = async_sessionmaker(
            self.reader, class_=ReadingSession, **options
        )

    def _engine(self, *, writing: bool) -> AsyncEngine:
        if not self.is_sqlite:
            made = create_async_engine(
                self.url,
                pool_size=10,
                max_overflow=10,
                pool_timeout=_POOL_SECONDS,
                pool_pre_ping=True,
                connect_args=patience(self.url),
            )
            prepare_postgres(made.sync_engine)
            return made
        size = 1 if writing else 4
        # Sessions end their transactions themselves; another rollback would be another switch of threads.
        engine = create_async_engine(
            self.url,
            module=driver(begins=not writing),
            pool_size=size,
            max_overflow=0,
            pool_timeout=30,
            pool_reset_on_return=None,
            connect_args={"check_same_thread": writing},
        )
        prepare_sqlite(engine.sync_engine, writing=writing, begins_itself=not writing)
        if not writing:
            event.listen(engine.sync_engine, "before_cursor_execute", let_stay)
        return engine

    async def look(self, work: Callable[[Connection], Found]) -> Found:
        """What `work` finds on a connection for looking that answers at once, all in one transaction.

        For answers that take several queries and have to be quick. SQLite's driver for coroutines changes
        threads four times for each query; here all of `work` is one such change.
        """
        if not self.is_sqlite:
            async with self.reader.connect() as db:
                return await db.run_sync(work)
        if self._looker is None:
            self._looker = self._looking_engine()
            self._threads = ThreadPoolExecutor(_LOOKING_AT_ONCE, thread_name_prefix="looking")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, self._looker, work)

    def _work(self, engine: Engine, work: Callable[[Connection], Found]) -> Found:
        db: Connection | None = getattr(self._looking, "db", None)
        if db is None:
            # Each thread keeps its own: to take one and give it back costs more than a short query.
            db = self._looking.db = engine.connect()
            self._connections.append(db)
        try:
            return work(db)
        finally:
            db.rollback()
            raw: Any = db.connection.dbapi_connection
            if raw.in_transaction:
                raw.rollback()

    def _looking_engine(self) -> Engine:
        engine = create_engine(
            self.url.replace("sqlite+aiosqlite:", "sqlite:", 1),
            pool_size=_LOOKING_AT_ONCE,
            max_overflow=0,
            pool_reset_on_return=None,
        )
        prepare_sqlite(engine, writing=False, begins_itself=True)
        event.listen(engine, "begin", begin_looking)
        return engine

    async def close(self) -> None:
        """Gives every connection back."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()
        if self._looker is not None and self._threads is not None:
            await asyncio.to_thread(self._threads.shutdown)
            for db in self._connections:
                db.close()
            self._looker.dispose()


def begin_looking(db: Connection) -> None:
    """Begins a transaction of SQLite's own driver, once for those who ask it and for those who ask `db`."""
    raw: Any = db.connection.dbapi_connection
    if not raw.in_transaction:
        raw.execute("BEGIN")


def prepare_sqlite(engine: Engine, *, writing: bool, begins_itself: bool = False) -> None:
    """WAL, foreign keys, a busy timeout, and transactions that take the write lock when they begin.

    The driver's own BEGIN is deferred and fails with "database is locked" when a reader turns writer; one
    that `begins_itself` may only look.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # The timeout first: what follows may have to wait as well.
        cursor.execute("PRAGMA busy_timeout=15000")
        _keep_wal(cursor)
        for pragma in ("foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        if not writing:
            cursor.execute("PRAGMA query_only=ON")
            # Each part of a question that is sorted would get a file of its own otherwise, however short.
            cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    if begins_itself:
        return

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _keep_wal(cursor: Any) -> None:
    """Puts a database into WAL, where it stays.

    While somebody writes, SQLite refuses that at once, whatever the timeout; beginning to write waits.
    """
    for _ in range(_TIMES_TO_WAL):
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] == "wal":
            return
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not str(error.sqlite_errorname).startswith("SQLITE_BUSY"):
                raise


# Disk, files and locks of SQLite (its own names); classes of PostgreSQL's codes: connections, resources,
# the operator, the system; and transactions of which one had to give way to another, which its documentation
# says to repeat as a whole (15, 13.5 Serialization Failure Handling).
_SQLITE_TROUBLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_READONLY")
_POSTGRES_TROUBLE = ("08", "40001", "40P01", "53", "57P", "58")


class OutcomeUnknown(OperationalError):
    """The connection broke while a transaction was being committed: it may be there, or not."""

    def __init__(self, error: DBAPIError) -> None:
        super().__init__("COMMIT", None, error.orig or error, connection_invalidated=True)


def is_trouble_of_database(error: BaseException) -> bool:
    """Whether an error says that the database is away, full or overloaded, not that a statement is wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_SQLITE_TROUBLE)
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        # What psycopg says when there is no server to give a code.
        return error.connection_invalidated or isinstance(error, OperationalError)
    return error.connection_invalidated or str(code).startswith(_POSTGRES_TROUBLE)


# A server that vanished without a word is given up after 25 s, one that does not answer at all after 5 s.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_READ_ONLY = "25006"
_SEVERAL_HOSTS = re.compile(
    r"(?P<who>postgresql\+psycopg://(?:.*@)?)(?P<hosts>[^@/?]*,[^@/?]*)(?P<rest>(?:[/?].*)?)"
)
_HOST = re.compile(r"\[?([^\[\]]*?)\]?(?::([0-9]+))?")


def patience(url: str) -> dict[str, Any]:
    """How long PostgreSQL's servers are waited for, and which of several; what the address says counts."""
    said = make_url(_with_psycopg(url)).query
    wanted: dict[str, Any] = dict(_PATIENCE)
    if "," in str(said.get("host", "")):
        # A replica could not keep what is written.
        wanted["target_session_attrs"] = "read-write"
    return {name: value for name, value in wanted.items() if name not in said}


def postgres_arguments(url: str) -> dict[str, Any]:
    """What the driver itself has to be told, for connections beside the pool."""
    made = make_url(_with_psycopg(url))
    _, said = made.get_dialect()().create_connect_args(made)
    return {**said, **patience(url)}


def prepare_postgres(engine: Engine) -> None:
    """Makes connections of the pool fit for poolers and for replicas that become the primary."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT pg_backend_pid()")
        if is_pooled(record.driver_connection, cursor.fetchone()[0]):
            # The server that has prepared a statement is another client's a transaction later.
            record.driver_connection.prepare_threshold = None
        cursor.close()
        connection.rollback()

    @event.listens_for(engine, "handle_error")
    def on_error(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
            # Whoever was the primary is a replica now, and so are all that the pool has.
            context.is_disconnect = True


def is_pooled(connection: Any, process: int) -> bool:
    """Whether a pooler stands before the server: then the process that works is not the one that greeted."""
    return bool(connection.info.backend_pid != process)


def _async_url(url: str) -> str:
    if url.startswith("sqlite:"):
        return url.replace("sqlite:", "sqlite+aiosqlite:", 1)
    return _with_psycopg(url)


def sync_url(url: str) -> str:
    """The same database for Alembic, which works synchronously."""
    return url if url.startswith("sqlite:") else _with_psycopg(url)


def _with_psycopg(url: str) -> str:
    scheme, rest = url.split(":", 1)
    named = f"postgresql+psycopg:{rest}" if scheme in ("postgres", "postgresql") else url
    several = _SEVERAL_HOSTS.fullmatch(named)
    if several is None:
        return named
    # As PostgreSQL's own programs write several hosts; here they stand behind the question mark.
    found = [_HOST.fullmatch(one) for one in several["hosts"].split(",")]
    hosts = ",".join(one[1] if one else "" for one in found)
    ports = ",".join((one and one[2]) or "5432" for one in found)
    path, _, query = several["rest"].partition("?")
    return f"{several['who']}{path}?host={hosts}&port={ports}" + (f"&{query}" if query else "")
