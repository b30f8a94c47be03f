"""The whole database before and after an attack: every row of every table but the tallies, as hashes."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from alliance.database import Base
from alliance.instance import Instance
from federation.models import ReceivedActivity, RejectionTally

TALLIES = frozenset({"rejection_tally", "refused_request"})
"""Where it is counted what was turned away, and why."""
_QUEUE = frozenset({"received_activity", "lane"})
_BODY = frozenset({"body", "processed_at"})


@dataclass(frozen=True)
class Snapshot:
    """Hashes of all rows by table; those of actors elsewhere by their host, and what was counted so far."""

    rows: dict[str, Counter[str]]
    actors: dict[str, Counter[str]]
    received: dict[int, tuple[str, str, str]]
    counted: Counter[str]


async def snapshot(instance: Instance) -> Snapshot:
    """Looks at everything."""
    rows: dict[str, Counter[str]] = {}
    actors: dict[str, Counter[str]] = {}
    async with instance.reading() as db:
        for table in Base.metadata.sorted_tables:
            if table.name in TALLIES:
                continue
            found = [row._mapping for row in await db.execute(select(table))]
            if table.name == "remote_actor":
                for row in found:
                    actors.setdefault(row["host"], Counter())[_hash(row)] += 1
            else:
                rows[table.name] = Counter(_hash(row) for row in found)
        received = {
            row.id: (row.uri, row.state, row.reason) for row in await db.scalars(select(ReceivedActivity))
        }
        counted: Counter[str] = Counter()
        for tally in await db.scalars(select(RejectionTally)):
            counted[tally.reason] += tally.count
    return Snapshot(rows, actors, received, counted)


def _hash(row: Any) -> str:
    return hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()


def differences(before: Snapshot, after: Snapshot, *, hosts: frozenset[str], let_in: bool) -> set[str]:
    """Tables that differ, apart from what any request leaves behind.

    That is: what was learnt of the actors at the attackers' own `hosts`, and for what was let in, the
    received activity itself with the lane of its sender.
    """
    left_out = _QUEUE if let_in else frozenset()
    found = {name for name, rows in after.rows.items() if rows != before.rows[name]} - left_out
    for host in after.actors.keys() | before.actors.keys():
        if host not in hosts and after.actors.get(host) != before.actors.get(host):
            found.add(f"remote_actor of {host}")
    return found


def outcomes(before: Snapshot, after: Snapshot) -> tuple[tuple[str, str], ...]:
    """State and reason of what was let in meanwhile, in order."""
    new = sorted(after.received.keys() - before.received.keys())
    return tuple(after.received[number][1:] for number in new)
