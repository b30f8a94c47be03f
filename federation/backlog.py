"""Reads what waits in lanes: the next few pieces of each, for many lanes in one question."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from federation.destinations import Standing, standings
from federation.lanes import LeasedLane
from federation.models import WAITING, Delivery, Lane, OutboxActivity, ReceivedActivity

AHEAD = 20
"""How many positions are read at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that is due."""

    id: int
    activity_id: int
    inbox: str
    body: bytes
    attempts: int
    failed_at: datetime | None
    give_up_at: datetime
    to_followers: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """The next deliveries of a lane in order, up to `tail` if it `is_complete`."""

    tail: int
    is_complete: bool
    deliveries: tuple[Waiting, ...]
    standing: Standing | None


def batches(connection: Connection, lanes: Sequence[LeasedLane]) -> list[Batch]:
    """A batch for each lane, with what is known about its host."""
    rows: list[tuple[Any, ...]] = [
        tuple(row) for row in connection.execute(_NEXT, {"lanes": [lane.id for lane in lanes]})
    ]
    spans: dict[int, tuple[int, int]] = {}
    waiting: defaultdict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        spans.setdefault(row[0], (row[1], row[2]))
        waiting[row[0]].append(Waiting(*row[3:]))
    known = standings(connection, {lane.host for lane in lanes})
    return [_batch(lane, spans.get(lane.id), waiting[lane.id], known.get(lane.host)) for lane in lanes]


def _batch(
    lane: LeasedLane, span: tuple[int, int] | None, waiting: list[Waiting], standing: Standing | None
) -> Batch:
    tail, first = span or (lane.tail, lane.tail)
    return Batch(tail, tail < first + AHEAD, tuple(waiting), standing)


_HEAD = aliased(Delivery)
# Position of the first piece that waits: one seek in the index of waiting work.
_FIRST = (
    select(func.min(_HEAD.position))
    .where(_HEAD.lane_id == Lane.id, _HEAD.state == WAITING)
    .correlate(Lane)
    .scalar_subquery()
)
_NEXT = (
    select(
        Lane.id,
        Lane.tail,
        Delivery.position,
        Delivery.id,
        Delivery.activity_id,
        Delivery.inbox,
        OutboxActivity.body,
        Delivery.attempts,
        Delivery.failed_at,
        Delivery.give_up_at,
        OutboxActivity.to_followers,
    )
    .join(Delivery, Delivery.lane_id == Lane.id)
    .join(OutboxActivity, OutboxActivity.id == Delivery.activity_id)
    .where(
        Lane.id.in_(bindparam("lanes", expanding=True)),
        Delivery.state == WAITING,
        Delivery.position < _FIRST + AHEAD,
    )
    .order_by(Lane.id, Delivery.position)
)


async def received(db: AsyncSession, lane: LeasedLane) -> tuple[int, Sequence[ReceivedActivity]]:
    """The next activities that came in from a host, in order, and the tail of the lane before that."""
    tail = await db.scalar(select(Lane.tail).where(Lane.id == lane.id))
    rows = await db.scalars(
        select(ReceivedActivity)
        .where(ReceivedActivity.lane_id == lane.id, ReceivedActivity.state == WAITING)
        .order_by(ReceivedActivity.position)
        .limit(AHEAD)
    )
    return (lane.tail if tail is None else tail), rows.all()
