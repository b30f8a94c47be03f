"""Drains the queues: delivers what waits, processes what came in, does the chores.

Bells make it quick, polling makes it sure. Embedded beside the web application on SQLite, in processes of
its own - any number, on any machine - on PostgreSQL.
"""

import asyncio
import os
import platform
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from alliance.database import is_trouble_of_database
from federation.chores import CHORES, Chore
from federation.delivery import CONCURRENCY, Deliverer
from federation.handlers import HANDLERS, Handling
from federation.lanes import LEASE, release_everything
from federation.neighbours import Neighbours, neighbours
from federation.processing import Processor
from federation.reporting import report
from federation.wakeups import Direction
from federation.wiring import Federation

POLL_SECONDS = 0.5
_AFTER_TROUBLE_SECONDS = 1.0

log = structlog.get_logger("alliance.worker")


class Worker:
    """One worker process's worth of work; `run` until `stop`."""

    def __init__(
        self,
        federation: Federation,
        *,
        handlers: Mapping[str, Handling] = HANDLERS,
        concurrency: int = CONCURRENCY,
        lease: timedelta = LEASE,
        chores: Sequence[Chore] = CHORES,
    ) -> None:
        self.name = f"{platform.node()[:24]}:{os.getpid()}:{secrets.token_hex(6)}"
        self._federation = federation
        self._lease = lease
        self._chores = chores
        self._stop = asyncio.Event()
        self._out = Deliverer(federation, self.name, concurrency=concurrency, duration=lease)
        self._in = Processor(federation, self.name, handlers, concurrency=concurrency, duration=lease)

    @property
    def is_busy(self) -> bool:
        """Whether a lane of either direction is being worked on."""
        return not (self._out.is_idle and self._in.is_idle)

    def stop(self) -> None:
        """Asks to finish what is under way and then to return from `run`."""
        self._stop.set()
        self._federation.wakeups.ring("in")
        self._federation.wakeups.ring("out")

    async def run(self) -> None:
        """Works until `stop`; then every lane has been given back."""
        async with neighbours(self._federation.instance.database, self._federation.wakeups) as others:
            if others.is_alone:
                await self._take_over()
            beside = [
                asyncio.create_task(others.listen(), name="listening"),
                asyncio.create_task(self._renew(), name="renewing leases"),
                *(asyncio.create_task(self._do(chore, others), name=chore.name) for chore in self._chores),
            ]
            try:
                await asyncio.gather(
                    self._drain("out", self._out.take_lanes), self._drain("in", self._in.take_lanes)
                )
                await asyncio.gather(self._out.stop(), self._in.stop())
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    async def _take_over(self) -> None:
        """Frees what a worker that died here had taken; nobody else can have anything.

        Waits as long as it takes: SQLite lets writers of other processes in by chance, not in turn.
        """
        while not self._stop.is_set():
            try:
                await self._federation.transactions.write(release_everything)
                return
            except Exception as error:
                if not is_trouble_of_database(error):
                    raise
                report(log, error, "lanes could not be taken over")
                await self._pause(_AFTER_TROUBLE_SECONDS)

    async def _drain(self, direction: Direction, take_lanes: Callable[[], Awaitable[int]]) -> None:
        while not self._stop.is_set():
            self._federation.watcher.worked()
            try:
                taken = await take_lanes()
            except Exception as error:
                # The database is away for a moment, perhaps; the queues are in it, so there is time.
                report(log, error, "lanes could not be taken", direction=direction)
                await self._pause(_AFTER_TROUBLE_SECONDS)
                continue
            if not taken:
                await self._federation.wakeups.wait(direction, POLL_SECONDS)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 4)
            try:
                await self._in.renew()
                await self._out.renew()
            except Exception as error:
                report(log, error, "leases could not be renewed")

    async def _do(self, chore: Chore, others: Neighbours) -> None:
        while True:
            try:
                if others.does_chores:
                    await chore.do(self._federation)
            except Exception as error:
                report(log, error, "a chore failed and is tried again later", chore=chore.name)
            await asyncio.sleep(chore.seconds)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass
