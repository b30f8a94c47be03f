"""Rows that every request asks for, remembered for a few seconds."""

import asyncio
from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from alliance.database import ReadingSession
from alliance.instance import Instance

FRESH_FOR = timedelta(seconds=5)


class Remembered(ABC):
    """One for each process: changes of our own are seen at once, those of others after `FRESH_FOR`."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._looked_at: datetime | None = None
        self._forgotten = 0
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Looks at the database again when the last look was too long ago."""
        if self._is_fresh():
            return
        async with self._lock:
            if self._is_fresh():
                return
            forgotten = self._forgotten
            async with self._instance.reading() as db:
                await self.look(db)
            # What changed while we looked may not have been seen.
            if forgotten == self._forgotten:
                self._looked_at = self._instance.clock.now()

    def forget(self) -> None:
        """The next refresh looks at the database."""
        self._looked_at = None
        self._forgotten += 1

    @abstractmethod
    async def look(self, db: ReadingSession) -> None:
        """Reads what is to be remembered."""

    def _is_fresh(self) -> bool:
        return self._looked_at is not None and self._instance.clock.now() - self._looked_at < FRESH_FOR
