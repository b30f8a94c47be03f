"""Writes accepted activities down before they are answered, many in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.instance import Instance
from alliance.upserts import insert
from federation.lanes import add_work
from federation.models import ReceivedActivity
from federation.wakeups import LanesFilled


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

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    async def write(self, arrivals: Sequence[Arrival]) -> Sequence[None]:
        """Commits all of them; what was here before (by id) is left as it is."""
        mint = self._instance.mint
        async with self._instance.unit_of_work() as uow:
            counts = Counter((arrival.host, "") for arrival in arrivals)
            places = await add_work(uow.db, "in", counts, mint=mint, now=uow.now)
            positions = {name: iter(place.positions) for name, place in places.items()}
            rows = [
                {
                    "id": mint.new(),
                    "uri": arrival.uri,
                    "type": arrival.type,
                    "actor_uri": arrival.actor_uri,
                    "lane_id": places[arrival.host, ""].lane_id,
                    "position": next(positions[arrival.host, ""]),
                    "body": arrival.body,
                    "received_at": arrival.received_at,
                }
                for arrival in arrivals
            ]
            connection = await uow.db.connection()
            statement = insert(uow.db, ReceivedActivity).on_conflict_do_nothing(index_elements=["uri"])
            await connection.execute(statement, rows)
            uow.record(LanesFilled("in"))
        return [None] * len(arrivals)
