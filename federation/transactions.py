"""Runs short pieces of database work for the queues, each as one transaction in as few steps as possible.

The work is written synchronously, on a `Connection`. On PostgreSQL it runs on the pool that everybody uses.
On SQLite each statement of the asynchronous driver switches threads twice; here the whole piece does.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine

from alliance.database import Database, prepare_sqlite, sync_url

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class Transactions:
    """Those of one process on one database; opens its connections when first used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = _Thread(database, writing=True)
        self._reading = _Thread(database, writing=False)

    async def write(self, work: Work[Result]) -> Result:
        """Runs `work` and commits; what it raises rolls everything back."""
        if not self._database.is_sqlite:
            async with self._database.writer.begin() as connection:
                return await connection.run_sync(work)
        # The one place of the pool for writers is taken meanwhile: units of work and we take turns.
        async with self._database.writer.connect():
            return await self._writing.run(work)

    async def read(self, work: Work[Result]) -> Result:
        """Runs `work`, which only looks."""
        if not self._database.is_sqlite:
            async with self._database.reader.connect() as connection:
                return await connection.run_sync(work)
        return await self._reading.run(work)

    def close(self) -> None:
        """Closes the connections that are only used here."""
        self._writing.close()
        self._reading.close()


class _Thread:
    """A SQLite connection that lives in a thread of its own."""

    def __init__(self, database: Database, *, writing: bool) -> None:
        self._url = database.url.replace("+aiosqlite", "", 1)
        self._is_writing = writing
        self._engine: Engine | None = None
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, work: Work[Result]) -> Result:
        """Runs `work` in the thread, in a transaction."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._transact, work)

    def _transact(self, work: Work[Result]) -> Result:
        if self._engine is None:
            # Every transaction here ends by itself; there is nothing to reset.
            self._engine = create_engine(
                sync_url(self._url), pool_size=1, max_overflow=0, pool_reset_on_return=None
            )
            prepare_sqlite(self._engine, writing=self._is_writing)
        with self._engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Waits for what is running and closes the connection where it was opened."""
        if self._executor is not None:
            if self._engine is not None:
                self._executor.submit(self._engine.dispose).result()
            self._executor.shutdown()
            self._executor = self._engine = None
