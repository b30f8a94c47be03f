"""What waits and what failed, for admins; and what they may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import Subject
from alliance.unit_of_work import UnitOfWork
from federation.lanes import notify
from federation.models import Delivery, Destination, Lane, OutboxActivity, ReceivedActivity
from federation.outbox import GIVE_UP_AFTER
from federation.wakeups import Direction, LanesFilled

MOST_SHOWN = 200
MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class HostQueue:
    """What there is for one host (direction `out`) or from it (`in`)."""

    direction: str
    host: str
    counts: dict[str, int]
    """How many in each state that is not over: waiting, dead; waiting, failed."""
    oldest: datetime | None
    """When the oldest one that waits was queued."""
    resting_until: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, or a received activity that could not be processed."""

    direction: str
    id: int
    host: str
    type: str
    address: str
    """The inbox, or the activity's own id."""
    error: str
    status: int | None
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The queues at one moment; lists are bounded, the totals are not."""

    out: dict[str, int]
    received: dict[str, int]
    hosts: tuple[HostQueue, ...]
    dead: tuple[DeadLetter, ...]

    def oldest_age(self, now: datetime) -> timedelta | None:
        """How long the oldest piece of work has been waiting."""
        moments = [host.oldest for host in self.hosts if host.oldest]
        return now - min(moments) if moments else None


async def status(db: AsyncSession) -> Status:
    """Counts by state and host, oldest ages and the newest dead letters."""
    out = await db.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    received = await db.execute(select(ReceivedActivity.state, func.count()).group_by(ReceivedActivity.state))
    return Status(
        out={row[0]: row[1] for row in out},
        received={row[0]: row[1] for row in received},
        hosts=(*await _hosts_out(db), *await _hosts_in(db)),
        dead=(*await _dead_out(db), *await _dead_in(db)),
    )


async def retry(uow: UnitOfWork, *, ids: Sequence[int] | None = None, host: str | None = None) -> int:
    """Puts dead letters back into their lanes, as if they had just been queued; tells how many.

    All of them, those with these `ids` (deliveries and received activities alike), or those of one host.
    """
    deliveries = await _revive(
        uow, Delivery, "dead", ids, host,
        {"state": "waiting", "attempts": 0, "failed_at": None, "finished_at": None,
         "give_up_at": uow.now + GIVE_UP_AFTER},
    )  # fmt: skip
    received = await _revive(
        uow, ReceivedActivity, "failed", ids, host, {"state": "waiting", "attempts": 0, "processed_at": None}
    )
    uow.audit("queue.retried", Subject("host", host or ""), count=deliveries + received)
    return deliveries + received


async def try_now(uow: UnitOfWork, host: str) -> None:
    """Ends every pause of a host, as if it had only just failed for the first time.

    One delivery goes first, as after every pause; what waits behind it follows when that gets through.
    """
    await uow.db.execute(
        update(Destination)
        .where(Destination.host == host, Destination.failures > 0)
        .values(failures=1, failing_since=uow.now, open_until=uow.now)
        .execution_options(synchronize_session=False)
    )
    lanes = select(Lane.id).where(Lane.host == host, Lane.next_at > uow.now).order_by(Lane.id)
    if uow.db.get_bind().dialect.name == "postgresql":
        # Those that a worker is writing to are under way in any case.
        lanes = lanes.with_for_update(skip_locked=True)
    await uow.db.execute(
        update(Lane)
        .where(Lane.id.in_(lanes.scalar_subquery()))
        .values(next_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    await _wake(uow, "out")
    await _wake(uow, "in")
    uow.audit("queue.tried", Subject("host", host))


async def drop(uow: UnitOfWork, *, ids: Sequence[int] | None = None, host: str | None = None) -> int:
    """Puts dead letters aside for good; tells how many. Chosen as for `retry`."""
    deliveries = await _change(
        uow, _chosen(Delivery, "dead", ids, host), Delivery, {"state": "dropped", "finished_at": uow.now}
    )
    received = await _change(
        uow,
        _chosen(ReceivedActivity, "failed", ids, host),
        ReceivedActivity,
        {"state": "ignored", "reason": "dropped by an admin", "processed_at": uow.now},
    )
    uow.audit("queue.dropped", Subject("host", host or ""), count=deliveries + received)
    return deliveries + received


async def _revive(
    uow: UnitOfWork,
    kind: Any,
    state: str,
    ids: Sequence[int] | None,
    host: str | None,
    values: dict[str, Any],
) -> int:
    chosen = (await uow.db.execute(_chosen(kind, state, ids, host).add_columns(kind.lane_id))).all()
    if not chosen:
        return 0
    direction: Direction = "out" if kind is Delivery else "in"
    # The lanes first, in the order of their ids: a worker that empties one now sees that its tail moved.
    lanes = sorted({row.lane_id for row in chosen})
    if uow.db.get_bind().dialect.name == "postgresql":
        await uow.db.execute(select(Lane.id).where(Lane.id.in_(lanes)).order_by(Lane.id).with_for_update())
    await uow.db.execute(
        update(Lane)
        .where(Lane.id.in_(lanes))
        .values(next_at=uow.now, tail=Lane.tail + 1)
        .execution_options(synchronize_session=False)
    )
    changed = await _change(uow, select(kind.id).where(kind.id.in_([row.id for row in chosen])), kind, values)
    await _wake(uow, direction)
    return changed


async def _wake(uow: UnitOfWork, direction: Direction) -> None:
    connection = await uow.db.connection()
    await connection.run_sync(notify, direction)
    uow.record(LanesFilled(direction))


def _chosen(kind: Any, state: str, ids: Sequence[int] | None, host: str | None) -> Select[Any]:
    question = select(kind.id).where(kind.state == state).order_by(kind.id).limit(MOST_AT_ONCE)
    if ids is not None:
        question = question.where(kind.id.in_(ids))
    if host is not None:
        question = question.where(kind.lane_id.in_(select(Lane.id).where(Lane.host == host)))
    return question


async def _change(uow: UnitOfWork, chosen: Select[Any], kind: Any, values: dict[str, Any]) -> int:
    done = await uow.db.execute(
        update(kind)
        .where(kind.id.in_(chosen.scalar_subquery()))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0


async def _hosts_out(db: AsyncSession) -> list[HostQueue]:
    counted = await db.execute(
        select(Lane.host, Delivery.state, func.count(), func.min(Delivery.created_at))
        .join(Lane, Lane.id == Delivery.lane_id)
        .where(Delivery.state.in_(("waiting", "dead")))
        .group_by(Lane.host, Delivery.state)
        .order_by(Lane.host)
    )
    found = _by_host("out", counted)
    resting = {
        row.host: row
        for row in await db.scalars(select(Destination).where(Destination.host.in_([h.host for h in found])))
    }
    return [
        HostQueue(
            h.direction, h.host, h.counts, h.oldest, resting[h.host].open_until, resting[h.host].last_error
        )
        if h.host in resting
        else h
        for h in found
    ]


async def _hosts_in(db: AsyncSession) -> list[HostQueue]:
    counted = await db.execute(
        select(Lane.host, ReceivedActivity.state, func.count(), func.min(ReceivedActivity.received_at))
        .join(Lane, Lane.id == ReceivedActivity.lane_id)
        .where(ReceivedActivity.state.in_(("waiting", "failed")))
        .group_by(Lane.host, ReceivedActivity.state)
        .order_by(Lane.host)
    )
    return _by_host("in", counted)


def _by_host(direction: str, rows: Any) -> list[HostQueue]:
    counts: dict[str, dict[str, int]] = {}
    oldest: dict[str, datetime] = {}
    for host, state, count, since in rows:
        counts.setdefault(host, {})[state] = count
        if state == "waiting":
            oldest[host] = since
    return [HostQueue(direction, host, counts[host], oldest.get(host)) for host in counts][:MOST_SHOWN]


async def _dead_out(db: AsyncSession) -> list[DeadLetter]:
    rows = await db.execute(
        select(Delivery, Lane.host, OutboxActivity.type)
        .join(Lane, Lane.id == Delivery.lane_id)
        .join(OutboxActivity, OutboxActivity.id == Delivery.activity_id)
        .where(Delivery.state == "dead")
        .order_by(Delivery.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        DeadLetter(
            "out",
            d.id,
            host,
            kind,
            d.inbox,
            d.last_error,
            d.last_status,
            d.attempts,
            d.finished_at or d.created_at,
        )
        for d, host, kind in rows
    ]


async def _dead_in(db: AsyncSession) -> list[DeadLetter]:
    rows = await db.execute(
        select(ReceivedActivity, Lane.host)
        .join(Lane, Lane.id == ReceivedActivity.lane_id)
        .where(ReceivedActivity.state == "failed")
        .order_by(ReceivedActivity.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        DeadLetter("in", r.id, host, r.type, r.uri, r.reason, None, r.attempts, r.received_at)
        for r, host in rows
    ]
