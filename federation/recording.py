"""Writes down what came of deliveries, many lanes in one transaction, and only while the lanes are ours."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.instance import Instance
from federation.destinations import Trouble, locked, note_success, note_trouble
from federation.lanes import Release, hasten_host, hold, postpone_host, release
from federation.models import Delivery, Destination
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
    waits_for_host: bool = False
    """The lane is given back until the host may be tried again."""
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
            hosts = await _write_hosts(uow.db, ours, uow.now)
            given_back = [_due(entry.release, entry, hosts, uow.now) for entry in ours if entry.release]
            await release(uow.db, given_back, self._worker)
            await _move_others(uow.db, hosts, uow.now)
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


@dataclass(frozen=True, slots=True)
class _HostNews:
    """A host's row after this group, and the end of a pause that is over with it."""

    row: Destination
    waited_until: datetime | None = None


async def _write_hosts(db: AsyncSession, entries: Sequence[Entry], now: datetime) -> dict[str, _HostNews]:
    concerned = {e.host for e in entries if e.trouble or e.is_up or e.learned or e.waits_for_host}
    if not concerned:
        return {}
    rows = await locked(db, concerned)
    luck = random.random()  # noqa: S311 - spreads retries, keeps no secret
    up = {entry.host for entry in entries if entry.is_up}
    news = {
        host: _HostNews(row, note_success(row, now) if host in up else None) for host, row in rows.items()
    }
    for entry in entries:
        # Within one group an answer counts more than silence: the host is there.
        if entry.trouble and entry.host not in up:
            note_trouble(rows[entry.host], entry.trouble, now, luck)
        if entry.learned:
            rows[entry.host].dialect = entry.learned
    await db.flush()
    return news


def _due(given: Release, entry: Entry, hosts: Mapping[str, _HostNews], now: datetime) -> Release:
    if not entry.waits_for_host:
        return given
    return replace(given, next_at=max(hosts[entry.host].row.open_until or now, now))


async def _move_others(db: AsyncSession, hosts: Mapping[str, _HostNews], now: datetime) -> None:
    """Lets the other lanes of a host in trouble wait, and those of one that is back go."""
    for host, news in sorted(hosts.items()):
        if news.row.open_until is not None and news.row.open_until > now:
            await postpone_host(db, host, news.row.open_until)
        elif news.waited_until is not None:
            await hasten_host(db, host, now, news.waited_until)
