"""What is known about reaching each host: a breaker that spares the dead, and the dialect that it takes.

A host that fails is left alone for a while. When the pause is over, one delivery goes first - whoever moves
`open_until` in the database has that right, among all workers -, and everything else that leads there
follows when it got through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.upserts import insert
from federation.lanes import hasten_host, postpone_host
from federation.models import Destination
from federation.retry import pause, retry_after
from federation.signatures import Dialect

NOTE_SUCCESS_EVERY = timedelta(minutes=1)
_NEWS_AFTER = timedelta(seconds=10)


@dataclass(slots=True)
class Standing:
    """A host as this worker knows it; its row is the truth for `failures` and `open_until`."""

    host: str
    dialect: Dialect = Dialect.CAVAGE
    failures: int = 0
    open_until: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    noted_at: datetime | None = None
    """When a success was last written into the row."""

    def is_resting(self, now: datetime) -> bool:
        """Whether the breaker is open."""
        return self.open_until is not None and self.open_until > now

    def update(self, stored: "Standing") -> None:
        """Takes over what the row says; the time of the last success only if it is news."""
        self.dialect, self.failures, self.open_until = stored.dialect, stored.failures, stored.open_until
        self.last_failure_at, self.noted_at = stored.last_failure_at, stored.noted_at
        if (
            self.last_success_at is None
            or (stored.last_success_at or self.last_success_at) > self.last_success_at
        ):
            self.last_success_at = stored.last_success_at

    def wants_noting(self, now: datetime) -> bool:
        """Whether a success at `now` is news worth a row: an end of trouble, or the first for a while."""
        return self.failures > 0 or self.noted_at is None or now - self.noted_at >= NOTE_SUCCESS_EVERY


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt that says something about the host: begun at `began`, with their wish to be left alone."""

    host: str
    began: datetime
    error: str
    retry_after: str | None


async def standings(db: AsyncSession, hosts: Iterable[str]) -> dict[str, Standing]:
    """What the database knows about `hosts`; those it does not know are left out."""
    rows = await db.scalars(select(Destination).where(Destination.host.in_(sorted(hosts))))
    return {
        row.host: Standing(
            row.host,
            Dialect(row.dialect),
            row.failures,
            row.open_until,
            row.last_success_at,
            row.last_failure_at,
            noted_at=row.last_success_at,
        )
        for row in rows
    }


async def claim_probe(db: AsyncSession, host: str, now: datetime, luck: float) -> datetime | None:
    """The right to be the first to try a host whose pause is over.

    None means: go. Otherwise somebody else does, and everybody waits until then.
    """
    row = await db.scalar(select(Destination).where(Destination.host == host).with_for_update())
    if row is None or row.open_until is None:
        return None
    if row.open_until > now:
        return row.open_until
    row.open_until = now + pause(row.failures + 1, luck)
    await db.flush()
    await postpone_host(db, host, row.open_until)
    return None


async def locked(db: AsyncSession, hosts: Iterable[str]) -> dict[str, Destination]:
    """The rows of `hosts`, made if need be; locked in the order in which everybody locks them."""
    names = sorted(hosts)
    await db.execute(
        insert(db, Destination).values([{"host": name} for name in names]).on_conflict_do_nothing()
    )
    rows = await db.scalars(
        select(Destination).where(Destination.host.in_(names)).order_by(Destination.host).with_for_update()
    )
    return {row.host: row for row in rows}


def note_trouble(row: Destination, trouble: Trouble, now: datetime, luck: float) -> None:
    """Opens the breaker. What began before the last failure was noted is the same failure, counted once."""
    if row.last_failure_at is None or trouble.began > row.last_failure_at:
        row.failures += 1
        row.last_failure_at = now
        row.open_until = now + pause(row.failures, luck)
    wished = retry_after(trouble.retry_after, now) or timedelta(0)
    row.open_until = max(row.open_until or now, now + wished)
    row.last_error = trouble.error


def note_success(row: Destination, now: datetime) -> datetime | None:
    """Closes the breaker; tells until when it would have been open."""
    waited_until = row.open_until
    row.failures, row.open_until, row.last_success_at, row.last_error = 0, None, now, ""
    return waited_until


async def heard_from(db: AsyncSession, host: str, now: datetime) -> bool:
    """A host that sends us something is up: lets the next delivery try at once. Tells whether it rested."""
    waited_until = await db.scalar(
        select(Destination.open_until).where(
            Destination.host == host,
            Destination.open_until > now,
            Destination.last_failure_at < now - _NEWS_AFTER,
        )
    )
    if waited_until is None:
        return False
    await db.execute(
        update(Destination)
        .where(Destination.host == host, Destination.open_until > now)
        .values(open_until=now)
        .execution_options(synchronize_session=False)
    )
    await hasten_host(db, host, now, waited_until)
    return True
