"""The other workers of an instance: who does the chores, and hearing at once what they have queued."""

import asyncio
import fcntl
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import structlog
from sqlalchemy import make_url

from alliance.database import Database
from federation.wakeups import Wakeups

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
    if database.is_sqlite:
        return SqliteNeighbours(database)
    from federation.postgres_neighbours import PostgresNeighbours

    return PostgresNeighbours(database, wakeups)


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
