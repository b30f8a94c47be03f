"""Writes accepted activities down before they are answered, many in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Connection, Dialect, Table, bindparam, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from alliance.database import moment_as_text
from federation.lanes import add_work
from federation.models import ReceivedActivity
from federation.sealing import sealed

if TYPE_CHECKING:
    from federation.wiring import Federation

_ANSWERS = frozenset({"Accept", "TentativeAccept"})
_CIRCLE = b'"Circle'
_TABLE = cast(Table, ReceivedActivity.__table__)
_VARYING = ("id", "uri", "type", "actor_uri", "lane_id", "position", "body", "received_at")
Row = tuple[int, str, str, str, int, int, bytes, datetime]
"""What differs from row to row, in the order of `_VARYING`."""
_SAME: dict[str, Any] = {
    "state": literal_column("'waiting'"),
    "reason": literal_column("''"),
    "attempts": literal_column("0"),
}


class Arrival(NamedTuple):
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
            (
                identifier,
                arrival.uri,
                arrival.type,
                arrival.actor_uri,
                places[arrival.host, ""].lane_id,
                next(positions[arrival.host, ""]),
                self._kept(arrival),
                arrival.received_at,
            )
            for identifier, arrival in zip(mint.several(len(arrivals)), arrivals, strict=True)
        ]
        _insert(connection, rows)

    def _kept(self, arrival: Arrival) -> bytes:
        """The body as it is written down, sealed where it may bring a personal link.

        Emptying the row afterwards is not enough: journal and free pages still hold what was written once.
        """
        # A word about a circle may bring its link; which of them does is seen when it is read.
        is_secret = arrival.type in _ANSWERS or (arrival.type == "Update" and _CIRCLE in arrival.body)
        return sealed(self._instance.vault, arrival.body) if is_secret else arrival.body


def _insert(connection: Connection, rows: Sequence[Row]) -> None:
    """On SQLite past SQLAlchemy, which takes longer to prepare each row than SQLite to write it."""
    dialect = connection.dialect
    if dialect.name != "sqlite":
        connection.execute(_storing(dialect.name), [dict(zip(_VARYING, row, strict=True)) for row in rows])
        return
    text, in_order = _sqlite_storing(dialect)
    connection.exec_driver_sql(text, [in_order((*row[:-1], moment_as_text(row[-1]))) for row in rows])


@cache
def _storing(dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    varying = {name: bindparam(name, type_=_TABLE.c[name].type) for name in _VARYING}
    return insert(_TABLE).values(varying | _SAME).on_conflict_do_nothing(index_elements=["uri"])


@lru_cache(maxsize=4)
def _sqlite_storing(dialect: Dialect) -> tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]]:
    """The statement as the driver takes it, and what brings a row into its order."""
    compiled: Any = _storing("sqlite").compile(dialect=dialect)
    return str(compiled), itemgetter(*map(_VARYING.index, compiled.positiontup))
