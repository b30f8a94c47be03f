"""Lanes: adding work to them, leasing them, and letting them go. Inside somebody's transaction throughout."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol, cast

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from federation.models import Lane
from federation.wakeups import CHANNEL, Direction

LEASE = timedelta(seconds=20)
"""How long the lanes of a worker that died wait for another one; who lives renews it four times as often."""
LEAST_LEFT = 0.75
"""How much of a lease is left at least after it was held."""
YIELD = timedelta(seconds=1)
"""How much later than the others a lane comes that found its host in trouble; longer than a poll."""
CANDIDATES = 400
TABLE = cast(Table, Lane.__table__)
_LANE = TABLE.c

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


@dataclass(frozen=True, slots=True)
class Held:
    """Which of the lanes asked for are still ours, and which can't be told now: somebody writes to them."""

    ours: frozenset[int]
    busy: frozenset[int]


@dataclass(frozen=True, slots=True)
class Release:
    """A lane that is given back: with work due at `next_at`, or empty unless work came after `tail`."""

    lane_id: int
    tail: int
    next_at: datetime | None


def is_postgresql(connection: Connection) -> bool:
    """Whether several transactions can be open at once."""
    return connection.dialect.name == "postgresql"


def add_work(
    connection: Connection,
    direction: Direction,
    counts: Mapping[LaneName, int],
    *,
    mint: Mint,
    now: datetime,
) -> dict[LaneName, Places]:
    """Makes room for `counts` pieces of work and wakes the lanes.

    Lanes are always taken in the same order, so two transactions that fill the same lanes can't block each
    other for good.
    """
    if not counts:
        return {}
    rows = [
        {
            "id": mint.new(),
            "direction": direction,
            "host": host,
            "actor": actor,
            "next_at": now,
            "tail": count,
        }
        for (host, actor), count in sorted(counts.items())
    ]
    places = {
        (host, actor): Places(lane_id, range(tail - counts[host, actor] + 1, tail + 1))
        for host, actor, lane_id, tail in connection.execute(_adding(connection.dialect.name), rows)
    }
    notify(connection, direction)
    return places


@cache
def _adding(dialect: str) -> Any:
    """The statement, made once: SQLAlchemy remembers what it compiled for it."""
    statement: Any = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(TABLE)
    return statement.on_conflict_do_update(
        index_elements=["direction", "host", "actor"],
        set_={
            "tail": _LANE.tail + statement.excluded.tail,
            # A lane that has work keeps its time: the piece at its head may be waiting for a retry.
            "next_at": func.coalesce(_LANE.next_at, statement.excluded.next_at),
        },
    ).returning(_LANE.host, _LANE.actor, _LANE.id, _LANE.tail)


def notify(connection: Connection, direction: Direction) -> None:
    """Wakes workers in other processes when the transaction commits; on SQLite there are none."""
    if is_postgresql(connection):
        connection.execute(text(f"NOTIFY {CHANNEL}, '{direction}'"))


def due_lanes(
    connection: Connection,
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
        select(_LANE.id, _LANE.host)
        .where(_LANE.direction == direction, _LANE.next_at <= now, _is_free(now))
        .order_by(_LANE.next_at)
        .limit(CANDIDATES)
    )
    if full:
        question = question.where(_LANE.host.not_in(full))
    left = dict(most_per_host)
    chosen: list[int] = []
    for lane_id, host in connection.execute(question):
        room = left.get(host, default_per_host)
        if room > 0 and lane_id not in without and len(chosen) < limit:
            left[host] = room - 1
            chosen.append(lane_id)
    return chosen


def _is_free(now: datetime) -> Any:
    return or_(_LANE.leased_until.is_(None), _LANE.leased_until < now)


def lease(
    connection: Connection,
    lane_ids: Sequence[int],
    worker: str,
    now: datetime,
    *,
    duration: timedelta = LEASE,
) -> list[LeasedLane]:
    """Takes those of the lanes that are still free and due, in this order; other workers do the same."""
    free = select(_LANE.id).where(_LANE.id.in_(lane_ids), _LANE.next_at <= now, _is_free(now))
    if is_postgresql(connection):
        free = free.with_for_update(skip_locked=True)
    taken = connection.execute(
        update(TABLE)
        .where(_LANE.id.in_(free.scalar_subquery()))
        .values(leased_by=worker, leased_until=now + duration)
        .returning(_LANE.id, _LANE.host, _LANE.actor, _LANE.tail)
    )
    order = {lane_id: place for place, lane_id in enumerate(lane_ids)}
    return sorted((LeasedLane(*row) for row in taken), key=lambda lane: order[lane.id])


def hold(
    connection: Connection,
    lane_ids: Iterable[int],
    worker: str,
    now: datetime,
    *,
    duration: timedelta = LEASE,
) -> Held:
    """Which leases `worker` still has; locked until the transaction ends, and renewed when a quarter is over.

    On PostgreSQL a lane that somebody is adding work to is left out instead of waited for: whoever waits
    for no lock is part of no deadlock.
    """
    asked = sorted(lane_ids)
    soon = now + duration * LEAST_LEFT
    if not is_postgresql(connection) and _are_fresh(connection, asked, worker, soon):
        return Held(frozenset(asked), frozenset())
    mine = select(_LANE.id, _LANE.leased_until).where(_LANE.id.in_(asked), _LANE.leased_by == worker)
    locked = mine.with_for_update(skip_locked=True) if is_postgresql(connection) else mine
    ours = {row.id: row.leased_until for row in connection.execute(locked)}
    busy = frozenset[int]()
    if is_postgresql(connection) and len(ours) < len(asked):
        busy = frozenset(connection.scalars(mine)) - ours.keys()
    if old := [lane_id for lane_id, until in ours.items() if until < soon]:
        connection.execute(update(TABLE).where(_LANE.id.in_(old)).values(leased_until=now + duration))
    return Held(frozenset(ours), busy)


def _are_fresh(connection: Connection, lane_ids: Sequence[int], worker: str, until: datetime) -> bool:
    """Whether all of the lanes are leased by `worker` beyond `until`; asks for one number, not for rows.

    With one writer nothing has to be locked, and each row would be another turn of the interpreter's lock.
    """
    count = connection.scalar(
        select(func.count()).where(
            _LANE.id.in_(lane_ids), _LANE.leased_by == worker, _LANE.leased_until >= until
        )
    )
    return count == len(lane_ids)


_RELEASE = (
    update(TABLE)
    .where(_LANE.id == bindparam("lane"), _LANE.leased_by == bindparam("worker"))
    .values(leased_by=None, leased_until=None)
)
_RELEASE_UNTIL = _RELEASE.values(next_at=bindparam("due"))
_RELEASE_EMPTY = _RELEASE.values(next_at=case((_LANE.tail == bindparam("seen"), None), else_=_LANE.next_at))


def release(connection: Connection, releases: Iterable[Release], worker: str) -> None:
    """Gives lanes back. A lane with `next_at` None is emptied only if nothing was added since `tail`."""
    waiting, empty = [], []
    for given in releases:
        names: dict[str, Any] = {"lane": given.lane_id, "worker": worker}
        if given.next_at is None:
            empty.append(names | {"seen": given.tail})
        else:
            waiting.append(names | {"due": given.next_at})
    if waiting:
        connection.execute(_RELEASE_UNTIL, waiting)
    if empty:
        connection.execute(_RELEASE_EMPTY, empty)


def release_all(
    connection: Connection, direction: Direction, worker: str, without: Collection[int] = ()
) -> None:
    """Gives back whatever `worker` still has in one direction, as at the end of a graceful stop."""
    connection.execute(
        update(TABLE)
        .where(_LANE.leased_by == worker, _LANE.direction == direction, _LANE.id.not_in(without))
        .values(leased_by=None, leased_until=None)
    )


def release_everything(connection: Connection) -> None:
    """Gives back what any worker has; right only where it is certain that none is alive."""
    connection.execute(
        update(TABLE).where(_LANE.leased_by.is_not(None)).values(leased_by=None, leased_until=None)
    )


def postpone_host(connection: Connection, host: str, until: datetime) -> None:
    """Lets every lane that leads to `host` wait until then; leased ones are put off by their workers."""
    _move(connection, host, _LANE.next_at < until, until)


def hasten_host(connection: Connection, host: str, now: datetime, waited_until: datetime) -> None:
    """Makes due what waited for `host` until then: it is back. What waits longer has reasons of its own."""
    _move(connection, host, and_(_LANE.next_at > now, _LANE.next_at <= waited_until + YIELD), now)


def _move(connection: Connection, host: str, which: Any, to: datetime) -> None:
    lanes = select(_LANE.id).where(_LANE.direction == "out", _LANE.host == host, which)
    if is_postgresql(connection):
        lanes = lanes.with_for_update(skip_locked=True)
    connection.execute(update(TABLE).where(_LANE.id.in_(lanes.scalar_subquery())).values(next_at=to))
