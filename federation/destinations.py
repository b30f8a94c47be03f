"""What is known about reaching each host: a breaker that spares the dead, and the dialect that it takes.

A host that fails is left alone for a while. When the pause is over, one delivery goes first - whoever moves
`open_until` in the database has that right, among all workers -, and everything else that leads there
follows when it got through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from federation.lanes import hasten_host, is_postgresql, postpone_host
from federation.models import Destination
from federation.retry import pause, retry_after, silence_pause
from federation.signatures import Dialect

TABLE = cast(Table, Destination.__table__)
_HOST = TABLE.c
NOTE_SUCCESS_EVERY = timedelta(minutes=1)
_NEWS_AFTER = timedelta(seconds=10)


@dataclass(slots=True)
class Standing:
    """A host as this worker knows it; its row is the truth for `failures` and `open_until`."""

    host: str
    dialect: Dialect = Dialect.CAVAGE
    failures: int = 0
    failing_since: datetime | None = None
    open_until: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_error: str = ""
    noted_at: datetime | None = None
    """When a success was last written into the row."""

    def is_resting(self, now: datetime) -> bool:
        """Whether the breaker is open."""
        return self.open_until is not None and self.open_until > now

    def update(self, stored: "Standing") -> None:
        """Takes over what the row says; the time of the last success only if it is news."""
        self.dialect, self.failures, self.open_until = stored.dialect, stored.failures, stored.open_until
        self.last_failure_at, self.noted_at = stored.last_failure_at, stored.noted_at
        self.failing_since = stored.failing_since
        known, news = self.last_success_at, stored.last_success_at
        if known is None or (news is not None and news > known):
            self.last_success_at = news

    def wants_noting(self, now: datetime) -> bool:
        """Whether a success at `now` is news worth a row: an end of trouble, or the first for a while."""
        return self.failures > 0 or self.noted_at is None or now - self.noted_at >= NOTE_SUCCESS_EVERY

    def note_trouble(self, trouble: "Trouble", now: datetime, luck: float) -> None:
        """Opens the breaker. What began before the last failure is the same failure, counted once."""
        if self.count_failure(trouble.began, now):
            self.open_until = now + self.rest(now, luck, is_silent=trouble.is_silent)
        wished = retry_after(trouble.retry_after, now) or timedelta(0)
        self.open_until = max(self.open_until or now, now + wished)
        self.last_error = trouble.error

    def count_failure(self, began: datetime, now: datetime) -> bool:
        """Counts an attempt that has failed; False if it began before the last failure, so belongs to it."""
        if self.last_failure_at is not None and began <= self.last_failure_at:
            return False
        if self.failures == 0 or self.failing_since is None:
            self.failing_since = now
        self.failures += 1
        self.last_failure_at = now
        return True

    def rest(self, now: datetime, luck: float, *, is_silent: bool) -> timedelta:
        """How long it is left alone: whoever answers that it is in trouble is spared more than a bad line."""
        if is_silent and self.failing_since is not None:
            return silence_pause(now - self.failing_since, luck)
        return pause(self.failures, luck)

    def note_success(self, now: datetime) -> datetime | None:
        """Closes the breaker; tells until when it would have been open."""
        waited_until = self.open_until
        self.failures, self.open_until, self.last_success_at, self.last_error = 0, None, now, ""
        self.failing_since = None
        return waited_until


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt that says something about the host: begun at `began`, with their wish to be left alone."""

    host: str
    began: datetime
    error: str
    retry_after: str | None
    is_silent: bool = False
    """Nobody answered; else the host said itself that it is in trouble."""


def standings(connection: Connection, hosts: Iterable[str], *, locking: bool = False) -> dict[str, Standing]:
    """What the database knows about `hosts`; those it does not know are left out.

    With `locking` the rows are locked in the order in which everybody locks them.
    """
    question = select(TABLE).where(_HOST.host.in_(sorted(hosts))).order_by(_HOST.host)
    if locking:
        question = question.with_for_update()
    return {row.host: _standing(row) for row in connection.execute(question)}


def _standing(row: Any) -> Standing:
    return Standing(
        row.host,
        Dialect(row.dialect),
        row.failures,
        row.failing_since,
        row.open_until,
        row.last_success_at,
        row.last_failure_at,
        row.last_error,
        noted_at=row.last_success_at,
    )


def locked(connection: Connection, hosts: Iterable[str]) -> dict[str, Standing]:
    """The standings of `hosts`, with rows made for those that have none, locked."""
    names = sorted(hosts)
    make = postgresql.insert if is_postgresql(connection) else sqlite.insert
    connection.execute(make(TABLE).on_conflict_do_nothing(), [{"host": name} for name in names])
    return standings(connection, names, locking=True)


_WRITE = (
    update(TABLE)
    .where(_HOST.host == bindparam("name"))
    .values(
        {name: bindparam(f"new_{name}") for name in (
            "dialect", "failures", "failing_since", "open_until", "last_success_at", "last_failure_at",
            "last_error",
        )}
    )
)  # fmt: skip


def write_back(connection: Connection, rows: Iterable[Standing]) -> None:
    """Writes changed standings into their rows."""
    values = [
        {
            "name": row.host,
            "new_dialect": row.dialect.value,
            "new_failures": row.failures,
            "new_failing_since": row.failing_since,
            "new_open_until": row.open_until,
            "new_last_success_at": row.last_success_at,
            "new_last_failure_at": row.last_failure_at,
            "new_last_error": row.last_error,
        }
        for row in rows
    ]
    if values:
        connection.execute(_WRITE, values)


def claim_probe(connection: Connection, host: str, now: datetime, luck: float) -> datetime | None:
    """The right to be the first to try a host whose pause is over.

    None means: go. Otherwise somebody else does, and everybody waits until then.
    """
    row = standings(connection, [host], locking=True).get(host)
    if row is None or row.open_until is None:
        return None
    if row.open_until > now:
        return row.open_until
    # Whoever tries may take its time; on a line that was fine a moment ago others try meanwhile.
    row.open_until = now + row.rest(now, luck, is_silent=True)
    write_back(connection, [row])
    postpone_host(connection, host, row.open_until)
    return None


def heard_from(connection: Connection, host: str, now: datetime) -> bool:
    """A host that sends us something is up: lets the next delivery try at once. Tells whether it rested."""
    row = standings(connection, [host]).get(host)
    if row is None or row.last_failure_at is None or row.last_failure_at > now - _NEWS_AFTER:
        return False
    if row.open_until is None or row.open_until <= now:
        return False
    connection.execute(update(TABLE).where(_HOST.host == host, _HOST.open_until > now).values(open_until=now))
    hasten_host(connection, host, now, row.open_until)
    return True
