"""The other workers of an instance: who does the chores, and hearing at once what they have queued."""

import asyncio
import fcntl
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self, cast

import psycopg
import structlog
from sqlalchemy import make_url

from alliance.database import Database
from federation.wakeups import CHANNEL, Direction, Wakeups

# Any number, as long as it is this one in every worker.
_CHORES_LOCK = 4011978
_LOOK_AGAIN_SECONDS = 15
_RECONNECT_SECONDS = 2

log = structlog.get_logger("alliance.worker")


class Neighbours(Protocol):
    """How workers of one instance keep out of each other's way."""

    @property
    def is_alone(self) -> bool:
        """Whether there certainly is no other worker, so that every lease is left over from one that died."""
        ...

    @property
    def does_chores(self) -> bool:
        """Whether it falls to this worker to do what has to be done once."""
        ...

    async def listen(self) -> None:
        """Rings the wake-ups for what others queue, until cancelled."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def neighbours(database: Database, wakeups: Wakeups) -> "Neighbours":
    """Those of a worker on this database."""
    return SqliteNeighbours(database) if database.is_sqlite else PostgresNeighbours(database, wakeups)


class SqliteNeighbours:
    """A file lock beside the database: normally there is one worker, in the process that serves."""

    def __init__(self, database: Database) -> None:
        path = make_url(database.url).database
        self._path = Path(f"{path}-worker") if path and path != ":memory:" else None
        self._file: IO[bytes] | None = None
        self.is_alone = False

    @property
    def does_chores(self) -> bool:
        """The one that has the lock."""
        return self.is_alone

    async def listen(self) -> None:
        """Nobody else queues anything without ringing."""
        await asyncio.Event().wait()

    async def __aenter__(self) -> Self:
        self.is_alone = self._path is None or self._lock(self._path)
        return self

    def _lock(self, path: Path) -> bool:
        self._file = path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log.warning("another worker runs on the same SQLite database", lock=str(path))
            return False
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


class PostgresNeighbours:
    """A connection of its own that listens; the advisory lock on it says who does the chores.

    Connections break and come back. While this one is away, polling finds the work.
    """

    is_alone = False

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        url = make_url(database.url).set(drivername="postgresql")
        self._url = url.render_as_string(hide_password=False)
        self._wakeups = wakeups
        self.does_chores = False

    async def listen(self) -> None:
        """Listens, and reconnects for as long as it takes."""
        while True:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError) as error:
                log.warning("the connection that listens broke", detail=str(error)[:200])
            self.does_chores = False
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._ring("in")
            self._ring("out")
            while True:
                self.does_chores = self.does_chores or await self._try_lock(connection)
                async for heard in connection.notifies(timeout=_LOOK_AGAIN_SECONDS):
                    self._ring(heard.payload)

    async def _try_lock(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (_CHORES_LOCK,))
        row = await cursor.fetchone()
        return bool(row and row[0])

    def _ring(self, direction: str) -> None:
        if direction in ("in", "out"):
            self._wakeups.ring(cast(Direction, direction))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The listening task owns the connection and closes it."""
