"""Counts what was turned away, in memory first: an attack costs a few rows a day, not a row each."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alliance.instance import Instance
from alliance.upserts import insert
from federation.models import RejectionTally
from federation.refusals import NotAccepted
from federation.refused_requests import Key, Noted, RefusedRequests, write_down
from federation.signatures import Rejection, SignedRequest

FLUSH_SECONDS = 5.0

log = structlog.get_logger("alliance.inbox")


class Tallies:
    """Rejections of one process, written down every few seconds and at the end."""

    def __init__(self, instance: Instance, is_known: Callable[[str], bool] = lambda host: False) -> None:
        self._instance = instance
        self._requests = RefusedRequests(is_known)
        self._counts: Counter[tuple[date, str]] = Counter()
        self._flusher: asyncio.Task[None] | None = None

    def count(self, refusal: Rejection | NotAccepted, request: SignedRequest | None = None) -> None:
        """Notes one rejection, and the request itself as far as it was read."""
        now = self._instance.clock.now()
        self._counts[now.astimezone(UTC).date(), refusal.reason.word] += 1
        self._requests.note(refusal, request, now)
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush_soon(), name="rejection tallies")

    async def flush(self) -> None:
        """Adds what was counted since the last time to the rows; keeps it when the database can't be had."""
        counts, self._counts = self._counts, Counter()
        requests = self._requests.take()
        if not counts:
            return
        try:
            await self._add(counts, requests)
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

    async def _add(self, counts: Counter[tuple[date, str]], requests: dict[Key, Noted]) -> None:
        async with self._instance.unit_of_work() as uow:
            statement = insert(uow.db, RejectionTally).values(
                [{"day": day, "reason": why, "count": n} for (day, why), n in sorted(counts.items())]
            )
            added = {"count": RejectionTally.count + statement.excluded.count}
            await uow.db.execute(
                statement.on_conflict_do_update(index_elements=["day", "reason"], set_=added)
            )
            await write_down(uow, requests)

    async def _flush_soon(self) -> None:
        await asyncio.sleep(FLUSH_SECONDS)
        self._flusher = None
        await self.flush()
