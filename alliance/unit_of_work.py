"""One transaction: collects facts and lets listeners act on them before it commits."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from alliance.database import WritingSession
from alliance.facts import Fact
from alliance.identifiers import Clock, IdentifierMint
from alliance.settings import Settings
from alliance.vault import Vault

Listener = Callable[["UnitOfWork", Any], Awaitable[None]]
Listeners = Mapping[type[Fact], Sequence[Listener]]


class UnitOfWork:
    """A transaction with what a verb needs in it. Verbs record facts and flush; only leaving it commits.

    Listeners run inside the transaction, in the order in which facts were recorded; what they raise rolls
    everything back. `after_commit` callbacks run once the data is safe and must not fail.
    """

    def __init__(
        self,
        db: WritingSession,
        *,
        settings: Settings,
        clock: Clock,
        mint: IdentifierMint,
        vault: Vault,
        listeners: Listeners,
    ) -> None:
        self.db = db
        self.settings = settings
        self.vault = vault
        self._clock = clock
        self._mint = mint
        self._listeners = listeners
        self._facts: list[Fact] = []
        self._afterwards: dict[Callable[[], None], None] = {}

    @property
    def now(self) -> datetime:
        """The current moment, aware in UTC."""
        return self._clock.now()

    def new_id(self) -> int:
        """A fresh identifier."""
        return self._mint.new()

    def record(self, fact: Fact) -> None:
        """Remembers what happened; listeners hear it before the commit."""
        self._facts.append(fact)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Runs `callback` once after a successful commit (given twice, it still runs once)."""
        self._afterwards[callback] = None

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part of the work that may fail alone: after an exception it is as if it had never been tried.

        Neither rows nor facts remain of it; the exception goes on to the caller.
        """
        before = len(self._facts)
        try:
            async with self.db.begin_nested():
                yield
        except BaseException:
            del self._facts[before:]
            raise

    async def hear(self) -> None:
        """Hands every recorded fact to its listeners, facts that they record included."""
        while self._facts:
            fact = self._facts.pop(0)
            await self.db.flush()
            for listener in self._listeners.get(type(fact), ()):
                outcome = listener(self, fact)
                if inspect.isawaitable(outcome):
                    await outcome

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.hear()
                await self.db.commit()
            else:
                await self.db.rollback()
        finally:
            await self.db.close()
        if error is None:
            for callback in self._afterwards:
                callback()
