"""Counts what was turned away, in memory first: an attack costs a few rows a day, not a row each."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, date

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alliance.instance import Instance
from alliance.upserts import insert
from federation.models import RejectionTally

FLUSH_SECONDS = 5.0

log = structlog.get_logger("alliance.inbox")


class Tallies:
    """Rejections of one process, written down every few seconds and at the end."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._counts: Counter[tuple[date, str]] = Counter()
        self._flusher: asyncio.Task[None] | None = None

    def count(self, reason: str) -> None:
        """Notes one rejection; `reason` is one of a closed list of words."""
        self._counts[self._instance.clock.now().astimezone(UTC).date(), reason] += 1
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush_soon(), name="rejection tallies")

    async def flush(self) -> None:
        """Adds what was counted since the last time to the rows; keeps it when the database can't be had."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._add(counts)
        except SQLAlchemyError:
            log.warning("rejections could not be counted in the database yet")
            self._counts.update(counts)

    async def close(self) -> None:
        """Writes what is left."""
        if self._flusher is not None:
            self._flusher.cancel()
            with suppress(asyncio.CancelledError):
                await self._flusher
        await self.flush()

    async def _add(self, counts: Counter[tuple[date, str]]) -> None:
        async with self._instance.unit_of_work() as uow:
            statement = insert(uow.db, RejectionTally).values(
                [{"day": day, "reason": why, "count": n} for (day, why), n in sorted(counts.items())]
            )
            added = {"count": RejectionTally.count + statement.excluded.count}
            await uow.db.execute(
                statement.on_conflict_do_update(index_elements=["day", "reason"], set_=added)
            )

    async def _flush_soon(self) -> None:
        await asyncio.sleep(FLUSH_SECONDS)
        self._flusher = None
        await self.flush()
