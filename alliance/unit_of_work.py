"""One transaction: collects facts and lets listeners act on them before it commits."""

import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy.exc import DBAPIError

from alliance.acts import NOTHING, Subject, Who, who_is
from alliance.audit_chain import Detail, Note, append, note
from alliance.database import OutcomeUnknown, WritingSession
from alliance.facts import Fact
from alliance.identifiers import Clock, IdentifierMint
from alliance.settings import Settings
from alliance.shelves import Shelf
from alliance.vault import Vault

if TYPE_CHECKING:
    from alliance.models import Employee

log = logging.getLogger("alliance.audit")
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
        shelf: Shelf,
        listeners: Listeners,
        who: Who | None = None,
    ) -> None:
        self.db = db
        self.settings = settings
        self.vault = vault
        self.shelf = shelf
        self.who = who
        """As whom those act who run the instance; None for everybody who acts for themselves."""
        self._clock = clock
        self._mint = mint
        self._listeners = listeners
        self._facts: list[Fact] = []
        self._notes: list[Note] = []
        self._audited: tuple[int, str] | None = None
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

    def audit(
        self, act: str, on: Subject = NOTHING, *, by: "Employee | Who | None" = None, **details: Detail
    ) -> None:
        """Writes down in the audit log, with the commit, that those who run the instance did this.

        `by` where a verb knows the account, else whoever opened the unit of work; nothing is written of
        people who act for themselves. `act` is a word of `alliance.acts`; details are short and say nothing
        that somebody wrote about somebody.
        """
        who = by if isinstance(by, Who) else who_is(by) if by is not None else self.who
        if who is not None:
            self._notes.append(note(act, who, on, details))

    async def write_notes(self) -> None:
        """Joins what was noted so far to the audit log; the rest follows at the end."""
        notes, self._notes = self._notes, []
        self._audited = await append(self.db, self.vault, self.now, notes) or self._audited

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Runs `callback` once after a successful commit (given twice, it still runs once)."""
        self._afterwards[callback] = None

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part of the work that may fail alone: after an exception it is as if it had never been tried.

        Neither rows nor facts remain of it; the exception goes on to the caller.
        """
        before, noted = len(self._facts), len(self._notes)
        try:
            async with self.db.begin_nested():
                yield
        except BaseException:
            del self._facts[before:]
            del self._notes[noted:]
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

    async def _commit(self) -> None:
        try:
            await self.db.commit()
        except DBAPIError as error:
            if error.connection_invalidated and error.statement is None:
                raise OutcomeUnknown(error) from error
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.hear()
                await self.write_notes()
                await self._commit()
            else:
                await self.db.rollback()
        finally:
            await self.db.close()
        if error is None:
            if self._audited is not None:
                # Outside the database: with it even an older copy of everything is seen to be one.
                log.info("audit log ends at entry %d with %s", *self._audited)
            for callback in self._afterwards:
                callback()
