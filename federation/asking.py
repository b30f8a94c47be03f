"""How much one address may make us ask of others: so many keys a minute, and few at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alliance.identifiers import Clock
from federation.rates import Windows
from federation.refusals import InboxReason, NotAccepted

AT_ONCE = 8


class Asking:
    """Whoever names keys that nobody here knows makes us fetch them, from wherever they say.

    A stranger's request must not cost a third server more than it costs the stranger, and servers that
    answer slowly must not take all the places that there are for fetching keys.
    """

    def __init__(self, most: int, clock: Clock, *, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._windows = Windows(most)
        self._at_once = at_once
        self._places: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def on_behalf_of(self, address: str) -> AsyncIterator[None]:
        """One fetch for a request from `address`; waits for a place. Raises NotAccepted(ADDRESS_TOO_BUSY)."""
        now = self._clock.now()
        wait = self._windows.wait(address, now)
        if wait is not None:
            raise NotAccepted(InboxReason.ADDRESS_TOO_BUSY, f"{address} names new keys", retry_after=wait)
        self._windows.count(address, now)
        places = self._places.setdefault(address, asyncio.Semaphore(self._at_once))
        self._waiting[address] = self._waiting.get(address, 0) + 1
        try:
            async with places:
                yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address], self._places[address]
