"""Lanes: adding work to them, leasing them, and letting them go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.upserts import insert
from federation.models import Lane
from federation.wakeups import CHANNEL, Direction

LEASE = timedelta(seconds=60)
CANDIDATES = 400

LaneName = tuple[str, str]
"""Host and actor key; the actor is empty for incoming lanes."""


class Mint(Protocol):
    """Whatever makes identifiers: an IdentifierMint."""

    def new(self) -> int:
        """A fresh identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Places:
    """Room for new work in a lane: `positions` are taken in order."""

    lane_id: int
    positions: range


@dataclass(frozen=True, slots=True)
class LeasedLane:
    """A lane that this worker has until the lease ends."""

    id: int
    host: str
    actor: str
    tail: int


async def add_work(
    db: AsyncSession, direction: Direction, counts: Mapping[LaneName, int], *, mint: Mint, now: datetime
) -> dict[LaneName, Places]:
    """Makes room for `counts` pieces of work and wakes the lanes, in the caller's transaction.

    Lanes are always taken in the same order, so two transactions that fill the same lanes can't block each
    other for good.
    """
    if not counts:
        return {}
    rows = [
        {"id": mint.new(), "direction": direction, "host": host, "actor": actor, "next_at": now,
         "tail": counts[host, actor]}
        for host, actor in sorted(counts)
    ]  # fmt: skip
    statement = insert(db, Lane).values(rows)
    added = statement.on_conflict_do_update(
        index_elements=["direction", "host", "actor"],
        set_={
            "tail": Lane.tail + statement.excluded.tail,
            # A lane that has work keeps its time: the piece at its head may be waiting for a retry.
            "next_at": func.coalesce(Lane.next_at, statement.excluded.next_at),
        },
    ).returning(Lane.host, Lane.actor, Lane.id, Lane.tail)
    places = {
        (host, actor): Places(lane_id, range(tail - counts[host, actor] + 1, tail + 1))
        for host, actor, lane_id, tail in await db.execute(added)
    }
    await notify(db, direction)
    return places


async def notify(db: AsyncSession, direction: Direction) -> None:
    """Wakes workers in other processes when the transaction commits; on SQLite there are none."""
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(text(f"NOTIFY {CHANNEL}, '{direction}'"))


async def due_lanes(
    db: AsyncSession,
    direction: Direction,
    now: datetime,
    *,
    limit: int,
    most_per_host: Mapping[str, int],
    default_per_host: int,
    without: Collection[int] = (),
) -> list[int]:
    """Free lanes with work that is due, the longest waiting first, so that no host takes all places.

    `most_per_host` says for hosts that are being worked how many more lanes they may have; `without` are
    lanes that this worker has already.
    """
    full = [host for host, left in most_per_host.items() if left <= 0]
    question = (
        select(Lane.id, Lane.host)
        .where(Lane.direction == direction, Lane.next_at <= now, _is_free(now))
        .order_by(Lane.next_at)
        .limit(CANDIDATES)
    )
    if full:
        question = question.where(Lane.host.not_in(full))
    left = dict(most_per_host)
    chosen: list[int] = []
    for lane_id, host in await db.execute(question):
        room = left.get(host, default_per_host)
        if room > 0 and lane_id not in without and len(chosen) < limit:
            left[host] = room - 1
            chosen.append(lane_id)
    return chosen


def _is_free(now: datetime) -> Any:
    return or_(Lane.leased_until.is_(None), Lane.leased_until < now)


async def lease(
    db: AsyncSession, lane_ids: Sequence[int], worker: str, now: datetime, *, duration: timedelta = LEASE
) -> list[LeasedLane]:
    """Takes those of the lanes that are still free and due; other workers do the same at the same time."""
    free = select(Lane.id).where(Lane.id.in_(lane_ids), Lane.next_at <= now, _is_free(now))
    if db.get_bind().dialect.name == "postgresql":
        free = free.with_for_update(skip_locked=True)
    taken = await db.execute(
        update(Lane)
        .where(Lane.id.in_(free.scalar_subquery()))
        .values(leased_by=worker, leased_until=now + duration)
        .returning(Lane.id, Lane.host, Lane.actor, Lane.tail)
        .execution_options(synchronize_session=False)
    )
    return [LeasedLane(*row) for row in taken]


@dataclass(frozen=True, slots=True)
class Held:
    """Which of the lanes asked for are still ours, and which can't be told now: somebody writes to them."""

    ours: frozenset[int]
    busy: frozenset[int]


async def hold(
    db: AsyncSession, lane_ids: Iterable[int], worker: str, now: datetime, *, duration: timedelta = LEASE
) -> Held:
    """Locks and renews the leases that `worker` still has, until the transaction ends.

    On PostgreSQL a lane that somebody is adding work to is left out instead of waited for: whoever waits
    for no lock is part of no deadlock.
    """
    asked = sorted(lane_ids)
    if db.get_bind().dialect.name == "postgresql":
        mine = select(Lane.id).where(Lane.id.in_(asked), Lane.leased_by == worker)
        ours = set(await db.scalars(mine.with_for_update(skip_locked=True)))
        busy = set(await db.scalars(mine)) - ours
    else:
        ours, busy = set(asked), set()
    renewed = await db.scalars(
        update(Lane)
        .where(Lane.id.in_(ours), Lane.leased_by == worker)
        .values(leased_until=now + duration)
        .returning(Lane.id)
        .execution_options(synchronize_session=False)
    )
    return Held(frozenset(renewed), frozenset(busy))


@dataclass(frozen=True, slots=True)
class Release:
    """A lane that is given back: with work due at `next_at`, or empty unless work came after `tail`."""

    lane_id: int
    tail: int
    next_at: datetime | None


async def release(db: AsyncSession, releases: Iterable[Release], worker: str) -> None:
    """Gives lanes back. A lane with `next_at` None is emptied only if nothing was added since `tail`."""
    for given in sorted(releases, key=lambda release: release.lane_id):
        next_at: Any = given.next_at
        if next_at is None:
            next_at = case((Lane.tail == given.tail, None), else_=Lane.next_at)
        await db.execute(
            update(Lane)
            .where(Lane.id == given.lane_id, Lane.leased_by == worker)
            .values(leased_by=None, leased_until=None, next_at=next_at)
            .execution_options(synchronize_session=False)
        )


async def release_all(db: AsyncSession, direction: Direction, worker: str) -> None:
    """Gives back whatever `worker` still has in one direction, at the end of a graceful stop."""
    await db.execute(
        update(Lane)
        .where(Lane.leased_by == worker, Lane.direction == direction)
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


async def release_everything(db: AsyncSession) -> None:
    """Gives back what any worker has; right only where it is certain that none is alive."""
    await db.execute(
        update(Lane)
        .where(Lane.leased_by.is_not(None))
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


async def postpone_host(db: AsyncSession, host: str, until: datetime) -> None:
    """Lets every lane that leads to `host` wait until then; leased ones are put off by their workers."""
    await _move(db, host, Lane.next_at < until, until)


async def hasten_host(db: AsyncSession, host: str, now: datetime, waited_until: datetime) -> None:
    """Makes due what waited for `host` until then: it is back. What waits longer has reasons of its own."""
    await _move(db, host, and_(Lane.next_at > now, Lane.next_at <= waited_until), now)


async def _move(db: AsyncSession, host: str, which: Any, to: datetime) -> None:
    lanes = select(Lane.id).where(Lane.direction == "out", Lane.host == host, which)
    if db.get_bind().dialect.name == "postgresql":
        lanes = lanes.with_for_update(skip_locked=True)
    await db.execute(
        update(Lane)
        .where(Lane.id.in_(lanes.scalar_subquery()))
        .values(next_at=to)
        .execution_options(synchronize_session=False)
    )


async def next_due(db: AsyncSession, direction: Direction) -> datetime | None:
    """When the first lane of this direction is due; one look into an index."""
    earliest: datetime | None = await db.scalar(
        select(func.min(Lane.next_at)).where(Lane.direction == direction, Lane.next_at.is_not(None))
    )
    return earliest
