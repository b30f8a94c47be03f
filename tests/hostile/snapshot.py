"""The whole database before and after an attack: every row of every table but the tallies, as hashes."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from alliance.database import Base
from federation.wiring import Federation

TALLIES = frozenset({"rejection_tally", "refused_request"})
"""Where it is counted what was turned away, and why."""
_QUEUE = frozenset({"received_activity", "lane"})
_INDEX = frozenset({"search_document", "search_word"})
"""Follows sessions and people; an attack that changes none of them must not change it."""
_BODY = frozenset({"body", "processed_at"})


@dataclass(frozen=True)
class Snapshot:
    """Hashes of all rows by table; those of actors elsewhere by their host, and what was counted so far."""

    rows: dict[str, Counter[str]]
    actors: dict[str, Counter[str]]
    received: dict[int, tuple[str, str, str]]
    counted: Counter[str]


async def snapshot(federation: Federation) -> Snapshot:
    """Looks at everything, in one go."""
    return await federation.transactions.read(_look)


def _look(connection: Connection) -> Snapshot:
    rows: dict[str, Counter[str]] = {}
    actors: dict[str, Counter[str]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in TALLIES:
            continue
        found = connection.exec_driver_sql(f"SELECT * FROM {table.name}").mappings()  # noqa: S608 - our own names
        if table.name == "remote_actor":
            for row in found:
                actors.setdefault(row["host"], Counter())[_hash(row)] += 1
        else:
            rows[table.name] = Counter(map(_hash, found))
    return Snapshot(rows, actors, _received(connection), _counted(connection))


def _received(connection: Connection) -> dict[int, tuple[str, str, str]]:
    found = connection.exec_driver_sql("SELECT id, uri, state, reason FROM received_activity")
    return {row.id: (row.uri, row.state, row.reason) for row in found}


def _counted(connection: Connection) -> Counter[str]:
    counted: Counter[str] = Counter()
    for tally in connection.exec_driver_sql("SELECT reason, count FROM rejection_tally").mappings():
        counted[tally["reason"]] += tally["count"]
    return counted


def _hash(row: RowMapping) -> str:
    return hashlib.sha256(repr(tuple(row.values())).encode()).hexdigest()


def differences(before: Snapshot, after: Snapshot, *, hosts: frozenset[str], let_in: bool) -> set[str]:
    """Tables that differ, apart from what any request leaves behind.

    That is: what was learnt of the actors at the attackers' own `hosts`, and for what was let in, the
    received activity itself with the lane of its sender.
    """
    found = {name for name, rows in after.rows.items() if rows != before.rows[name]}
    found -= _QUEUE if let_in else frozenset()
    found -= _INDEX if found & {"session", "person", "expert_profile"} else frozenset()
    for host in after.actors.keys() | before.actors.keys():
        if host not in hosts and after.actors.get(host) != before.actors.get(host):
            found.add(f"remote_actor of {host}")
    return found


def outcomes(before: Snapshot, after: Snapshot) -> tuple[tuple[str, str], ...]:
    """State and reason of what was let in meanwhile, in order."""
    new = sorted(after.received.keys() - before.received.keys())
    return tuple(after.received[number][1:] for number in new)
