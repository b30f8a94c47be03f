"""Writes down what came of deliveries, many lanes in one transaction, and only while the lanes are ours."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import cast

from sqlalchemy import Connection, Table, bindparam, func, update

from alliance.identifiers import Clock
from federation.destinations import Standing, Trouble, locked, write_back
from federation.lanes import YIELD, Release, hasten_host, hold, postpone_host, release
from federation.models import WAITING, Delivery
from federation.signatures import Dialect
from federation.transactions import Transactions

_TABLE = cast(Table, Delivery.__table__)
_TRIED = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("ids", expanding=True)), _TABLE.c.state == WAITING)
    .values(
        attempts=_TABLE.c.attempts + 1,
        last_status=bindparam("status"),
        last_error=bindparam("error"),
    )
)
_FINISH = _TRIED.values(state=bindparam("new_state"), finished_at=bindparam("at"))
_KEEP = _TRIED.values(
    failed_at=func.coalesce(_TABLE.c.failed_at, bindparam("at", type_=_TABLE.c.failed_at.type))
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

    @property
    def concerns_host(self) -> bool:
        """Whether the host's row is read or written."""
        return self.waits_for_host or self.is_up or self.trouble is not None or self.learned is not None


class Recorder:
    """Writes groups of entries for one worker; what `federation.grouping.Grouped` calls."""

    def __init__(self, transactions: Transactions, clock: Clock, worker: str, *, duration: timedelta) -> None:
        self._transactions = transactions
        self._clock = clock
        self._worker = worker
        self._duration = duration

    async def write(self, entries: Sequence[Entry]) -> Sequence[Recorded]:
        """Commits the entries of those lanes that are still ours."""
        return await self._transactions.write(lambda connection: self._record(connection, entries))

    def _record(self, connection: Connection, entries: Sequence[Entry]) -> list[Recorded]:
        now = self._clock.now()
        lanes = {entry.lane_id for entry in entries}
        held = hold(connection, lanes, self._worker, now, duration=self._duration)
        ours = [entry for entry in entries if entry.lane_id in held.ours]
        _write_attempts(connection, ours, now)
        hosts = _write_hosts(connection, ours, now)
        given_back = [_due(entry.release, entry, hosts, now) for entry in ours if entry.release]
        release(connection, given_back, self._worker)
        _move_others(connection, hosts, now)
        return [_outcome(entry, held.ours, held.busy) for entry in entries]


def _outcome(entry: Entry, ours: frozenset[int], busy: frozenset[int]) -> Recorded:
    if entry.lane_id in ours:
        return Recorded.YES
    return Recorded.BUSY if entry.lane_id in busy else Recorded.LOST


def _write_attempts(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """One statement for all that had the same outcome; nearly always that is one for the whole group."""
    alike: defaultdict[tuple[str, int | None, str], list[int]] = defaultdict(list)
    for entry in entries:
        if entry.attempted:
            one = entry.attempted
            alike[one.state, one.status, one.error].append(one.delivery_id)
    for (state, status, error), ids in alike.items():
        values = {"ids": ids, "status": status, "error": error, "at": now}
        if state == "waiting":
            connection.execute(_KEEP, values)
        else:
            connection.execute(_FINISH, values | {"new_state": state})
    for entry in entries:
        if entry.attempted and entry.attempted.everything_to:
            _give_up(connection, entry.lane_id, entry.attempted, now)


def _give_up(connection: Connection, lane_id: int, attempted: Attempted, now: datetime) -> None:
    connection.execute(
        update(_TABLE)
        .where(
            _TABLE.c.lane_id == lane_id,
            _TABLE.c.state == WAITING,
            _TABLE.c.inbox == attempted.everything_to,
        )
        .values(state="dead", last_status=attempted.status, last_error=attempted.error, finished_at=now)
    )


@dataclass(frozen=True, slots=True)
class _HostNews:
    """A host after this group, and the end of a pause that is over with it."""

    standing: Standing
    waited_until: datetime | None = None


def _write_hosts(connection: Connection, entries: Sequence[Entry], now: datetime) -> dict[str, _HostNews]:
    concerned = [entry for entry in entries if entry.concerns_host]
    if not concerned:
        return {}
    rows = locked(connection, {entry.host for entry in concerned})
    luck = random.random()  # noqa: S311 - spreads retries, keeps no secret
    up = {entry.host for entry in concerned if entry.is_up}
    news = {host: _HostNews(row, row.note_success(now) if host in up else None) for host, row in rows.items()}
    for entry in concerned:
        # Within one group an answer counts more than silence: the host is there.
        if entry.trouble and entry.host not in up:
            rows[entry.host].note_trouble(entry.trouble, now, luck)
        if entry.learned:
            rows[entry.host].dialect = entry.learned
    write_back(connection, rows.values())
    return news


def _due(given: Release, entry: Entry, hosts: Mapping[str, _HostNews], now: datetime) -> Release:
    if not entry.waits_for_host:
        return given
    due = max(hosts[entry.host].standing.open_until or now, now)
    # Whoever has just tried in vain lets others go first: what they have may be taken. After a mishap on a
    # line that was fine a moment ago nobody has to wait for long.
    politeness = min(YIELD, (due - now) / 4) if entry.trouble else timedelta(0)
    return replace(given, next_at=due + politeness)


def _move_others(connection: Connection, hosts: Mapping[str, _HostNews], now: datetime) -> None:
    """Lets the other lanes of a host in trouble wait, and those of one that is back go."""
    for host, news in sorted(hosts.items()):
        open_until = news.standing.open_until
        if open_until is not None and open_until > now:
            postpone_host(connection, host, open_until)
        elif news.waited_until is not None:
            hasten_host(connection, host, now, news.waited_until)
