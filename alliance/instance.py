"""One running instance: its settings, database, secrets, clock and those who listen to facts."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alliance.acts import Who
from alliance.database import Database, Found, ReadingSession
from alliance.identifiers import Clock, IdentifierMint, SystemClock
from alliance.settings import Settings
from alliance.shelves import FolderShelf, Shelf
from alliance.unit_of_work import Listeners, UnitOfWork
from alliance.vault import Vault, read_secret_file

if TYPE_CHECKING:
    from alliance.run_time_settings import Chosen


class Instance:
    """Everything that a door or a worker needs to act; made once per process, closed at the end."""

    def __init__(
        self,
        settings: Settings,
        *,
        listeners: Listeners | None = None,
        clock: Clock | None = None,
        who: Who | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.mint = IdentifierMint(self.clock)
        self.vault = Vault(read_secret_file(settings.secret_file))
        self.database = Database(settings.database)
        self.shelf: Shelf = FolderShelf(settings.media)
        """Where pictures lie; a bucket where one is configured (federation.wiring)."""
        self.listeners: Listeners = listeners or {}
        self.chosen: Chosen | None = None
        """What was decided while it runs (see alliance.run_time_settings), as this process knows it."""
        self.who = who
        """As whom everything in this process is done: the command line's; None in servers and workers."""

    def unit_of_work(self, who: Who | None = None) -> UnitOfWork:
        """A new transaction; use as `async with instance.unit_of_work() as uow:`.

        `who` is given where somebody acts as one who runs the instance: it goes into the audit log.
        """
        return UnitOfWork(
            self.database.writing(),
            settings=self.settings,
            clock=self.clock,
            mint=self.mint,
            vault=self.vault,
            shelf=self.shelf,
            listeners=self.listeners,
            who=who or self.who,
        )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadingSession]:
        """A handle for looking only."""
        async with self.database.reading() as db:
            yield db

    async def look(self, work: Callable[[Connection], Found]) -> Found:
        """What `work` finds on a connection for looking, all of it in one transaction and one thread."""
        return await self.database.look(work)

    async def close(self) -> None:
        """Closes every database connection."""
        await self.database.close()
