"""Writes down what came of deliveries, many lanes in one transaction, and only while the lanes are ours."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.instance import Instance
from federation.destinations import Trouble, note_dialects, note_success, note_trouble
from federation.lanes import Release, hold, release
from federation.models import Delivery
from federation.signatures import Dialect

_TABLE = cast(Table, Delivery.__table__)
# By primary key, with parameters: compiled once, sent to the database as one batch.
_FINISH = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("delivery_id"), _TABLE.c.state == "waiting")
    .values(
        state=bindparam("new_state"),
        attempts=_TABLE.c.attempts + 1,
        last_status=bindparam("status"),
        last_error=bindparam("error"),
        finished_at=bindparam("at"),
    )
)
_KEEP = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("delivery_id"), _TABLE.c.state == "waiting")
    .values(
        attempts=_TABLE.c.attempts + 1,
        last_status=bindparam("status"),
        last_error=bindparam("error"),
        failed_at=func.coalesce(_TABLE.c.failed_at, bindparam("at", type_=_TABLE.c.failed_at.type)),
    )
)


class Recorded(Enum):
    """What became of an entry."""

    YES = "yes"
    LOST = "lost"
    """The lane belongs to another worker by now; nothing was written."""
    BUSY = "busy"
    """Somebody is adding to the lane; to be recorded with the next group."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """One delivery after one attempt; `state` is `delivered`, `dead` or (to be tried again) `waiting`."""

    delivery_id: int
    state: str
    status: int | None
    error: str = ""
    everything_to: str | None = None
    """An inbox that is gone: whatever else this lane has for it is given up too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one lane has to say: an attempt, news about its host, that it is given back - or all of it."""

    lane_id: int
    host: str
    attempted: Attempted | None = None
    release: Release | None = None
    trouble: Trouble | None = None
    is_up: bool = False
    learned: Dialect | None = None


class Recorder:
    """Writes groups of entries for one worker; what `federation.grouping.Grouped` calls."""

    def __init__(self, instance: Instance, worker: str, *, duration: timedelta) -> None:
        self._instance = instance
        self._worker = worker
        self._duration = duration

    async def write(self, entries: Sequence[Entry]) -> Sequence[Recorded]:
        """Commits the entries of those lanes that are still ours."""
        async with self._instance.unit_of_work() as uow:
            lanes = {entry.lane_id for entry in entries}
            held = await hold(uow.db, lanes, self._worker, uow.now, duration=self._duration)
            ours = [entry for entry in entries if entry.lane_id in held.ours]
            await _write_attempts(uow.db, ours, uow.now)
            await release(uow.db, [entry.release for entry in ours if entry.release], self._worker)
            # After the lanes are given back: a host in trouble lets them wait.
            await _write_hosts(uow.db, ours, uow.now)
        return [_outcome(entry, held.ours, held.busy) for entry in entries]


def _outcome(entry: Entry, ours: frozenset[int], busy: frozenset[int]) -> Recorded:
    if entry.lane_id in ours:
        return Recorded.YES
    return Recorded.BUSY if entry.lane_id in busy else Recorded.LOST


async def _write_attempts(db: AsyncSession, entries: Sequence[Entry], now: datetime) -> None:
    attempts = [entry.attempted for entry in entries if entry.attempted]
    connection = await db.connection()
    finished = [_row(a, now) | {"new_state": a.state} for a in attempts if a.state != "waiting"]
    if finished:
        await connection.execute(_FINISH, finished)
    kept = [_row(a, now) for a in attempts if a.state == "waiting"]
    if kept:
        await connection.execute(_KEEP, kept)
    for entry in entries:
        if entry.attempted and entry.attempted.everything_to:
            await _give_up(db, entry.lane_id, entry.attempted, now)


def _row(attempted: Attempted, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": attempted.delivery_id,
        "status": attempted.status,
        "error": attempted.error,
        "at": now,
    }


async def _give_up(db: AsyncSession, lane_id: int, attempted: Attempted, now: datetime) -> None:
    await db.execute(
        update(Delivery)
        .where(
            Delivery.lane_id == lane_id,
            Delivery.state == "waiting",
            Delivery.inbox == attempted.everything_to,
        )
        .values(state="dead", last_status=attempted.status, last_error=attempted.error, finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def _write_hosts(db: AsyncSession, entries: Sequence[Entry], now: datetime) -> None:
    luck = random.random()  # noqa: S311 - spreads retries, keeps no secret
    up = {entry.host for entry in entries if entry.is_up}
    # Within one group an answer counts more than silence: the host is there.
    await note_trouble(db, [e.trouble for e in entries if e.trouble and e.host not in up], now, luck)
    await note_success(db, up, now)
    await note_dialects(db, [(e.host, e.learned) for e in entries if e.learned])
