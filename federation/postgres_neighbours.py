"""The other workers on PostgreSQL: LISTEN hears them, an advisory lock shares out the chores."""

import asyncio
from types import TracebackType
from typing import Self, cast

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
