"""Lanes that a worker has and no longer works on, because the database went away in between.

Their leases would end by themselves, twenty seconds later. What was sent and could not be written down is
sent again then as well, and receivers know it by its id; so it is not hurried.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from alliance.database import is_trouble_of_database
from alliance.identifiers import Clock
from federation.lanes import LeasedLane, lease, release_all
from federation.transactions import Transactions
from federation.wakeups import Direction

_PAUSE = timedelta(seconds=5)


class LeftOver:
    """Those of one worker in one direction."""

    def __init__(self, transactions: Transactions, clock: Clock, direction: Direction, worker: str) -> None:
        self._transactions = transactions
        self._clock = clock
        self._direction: Direction = direction
        self._worker = worker
        self._due: datetime | None = None

    async def lease(
        self, lane_ids: Sequence[int], now: datetime, duration: timedelta
    ) -> Sequence[LeasedLane]:
        """Those of these lanes that nobody else has taken meanwhile. What goes wrong is noted and raised."""
        take = partial(lease, lane_ids=lane_ids, worker=self._worker, now=now, duration=duration)
        try:
            return await self._transactions.write(take)
        except Exception as error:
            self.note(error)  # perhaps they are ours and we were not told
            raise

    def note(self, error: Exception) -> None:
        """Remembers that lanes may have been left over, if `error` came from the database."""
        if is_trouble_of_database(error):
            self._due = self._clock.now() + _PAUSE

    async def give_back(self, working: Collection[int]) -> None:
        """Frees all but those that are being worked on, once it is time and the database is there."""
        if self._due is None or self._clock.now() < self._due:
            return
        before, self._due = self._due, None
        give = partial(
            release_all, direction=self._direction, worker=self._worker, without=frozenset(working)
        )
        try:
            await self._transactions.write(give)
        except Exception:
            self._due = before
            raise
