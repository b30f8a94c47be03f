"""Writes accepted activities down before they are answered, many in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from federation.lanes import add_work
from federation.models import ReceivedActivity
from federation.sealing import sealed

if TYPE_CHECKING:
    from federation.wiring import Federation

_ANSWERS = frozenset({"Accept", "TentativeAccept"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """An activity whose sender is proved."""

    uri: str
    type: str
    actor_uri: str
    host: str
    body: bytes
    received_at: datetime


class Storage:
    """What `federation.grouping.Grouped` calls with the arrivals of a moment."""

    def __init__(self, federation: "Federation") -> None:
        self._federation = federation
        self._instance = federation.instance

    async def write(self, arrivals: Sequence[Arrival]) -> Sequence[None]:
        """Commits all of them; what was here before (by id) is left as it is."""
        await self._federation.transactions.write(lambda connection: self._store(connection, arrivals))
        self._federation.wakeups.ring("in")
        return [None] * len(arrivals)

    def _store(self, connection: Connection, arrivals: Sequence[Arrival]) -> None:
        mint, now = self._instance.mint, self._instance.clock.now()
        counts = Counter((arrival.host, "") for arrival in arrivals)
        places = add_work(connection, "in", counts, mint=mint, now=now)
        positions = {name: iter(place.positions) for name, place in places.items()}
        rows = [
            {
                "id": mint.new(),
                "uri": arrival.uri,
                "type": arrival.type,
                "actor_uri": arrival.actor_uri,
                "lane_id": places[arrival.host, ""].lane_id,
                "position": next(positions[arrival.host, ""]),
                "body": self._kept(arrival),
                "state": "waiting",
                "reason": "",
                "attempts": 0,
                "received_at": arrival.received_at,
            }
            for arrival in arrivals
        ]
        connection.execute(_storing(connection.dialect.name), rows)

    def _kept(self, arrival: Arrival) -> bytes:
        """The body as it is written down, sealed where it may bring a personal link.

        Emptying the row afterwards is not enough: journal and free pages still hold what was written once.
        """
        return sealed(self._instance.vault, arrival.body) if arrival.type in _ANSWERS else arrival.body


@cache
def _storing(dialect: str) -> Any:
    table = cast(Table, ReceivedActivity.__table__)
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    return statement.on_conflict_do_nothing(index_elements=["uri"])
