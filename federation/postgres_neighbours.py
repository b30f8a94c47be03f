"""The other workers on PostgreSQL: LISTEN hears them, an advisory lock shares out the chores."""

import asyncio
from types import TracebackType
from typing import Any, NoReturn, Self, cast

import psycopg
import structlog

from alliance.database import Database, is_pooled, postgres_arguments
from federation.wakeups import CHANNEL, Direction, Wakeups

# Any number, as long as it is this one in every worker.
_CHORES_LOCK = 4011978
_FOR_THE_CONNECTION = f"SELECT pg_try_advisory_lock({_CHORES_LOCK})"
_FOR_THE_TRANSACTION = f"SELECT pg_try_advisory_xact_lock({_CHORES_LOCK})"
_LOOK_AGAIN_SECONDS = 15
_RECONNECT_SECONDS = 2

log = structlog.get_logger("alliance.worker")


class PostgresNeighbours:
    """A connection of its own that listens; the advisory lock on it says who does the chores.

    Connections break and come back. While this one is away, polling finds the work.
    """

    is_alone = False

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._to = postgres_arguments(database.url)
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
        connection = await psycopg.AsyncConnection.connect(**self._to, autocommit=True)
        async with connection:
            if is_pooled(connection, await _first(connection, "SELECT pg_backend_pid()")):
                await self._take_turns(connection)
            await connection.execute(f"LISTEN {CHANNEL}")
            self._ring("in")
            self._ring("out")
            while True:
                self.does_chores = self.does_chores or await _first(connection, _FOR_THE_CONNECTION)
                async for heard in connection.notifies(timeout=_LOOK_AGAIN_SECONDS):
                    self._ring(heard.payload)

    async def _take_turns(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> NoReturn:
        """Behind a pooler nothing outlasts a transaction: so one stays open around the chores.

        Nobody is heard there; polling finds the work.
        """
        connection.prepare_threshold = None
        while True:
            async with connection.transaction():
                self.does_chores = await _first(connection, _FOR_THE_TRANSACTION)
                while self.does_chores:
                    await _wait(connection)
                    await connection.execute("SELECT 1")
            await _wait(connection)

    def _ring(self, direction: str) -> None:
        if direction in ("in", "out"):
            self._wakeups.ring(cast(Direction, direction))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The listening task owns the connection and closes it."""


async def _first(connection: psycopg.AsyncConnection[tuple[Any, ...]], question: str) -> Any:
    """The only value of the only row."""
    row = await (await connection.execute(question.encode())).fetchone()
    return row[0] if row else None


async def _wait(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    """Lets time pass, and raises at once when the connection breaks."""
    async for _ in connection.notifies(timeout=_LOOK_AGAIN_SECONDS):
        pass
