"""Puts an activity into the outbox: its exact bytes and a delivery for each inbox, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import insert

from alliance.unit_of_work import UnitOfWork
from federation.lanes import LaneName, Places, add_work
from federation.models import Delivery, OutboxActivity
from federation.outbound import only_allowed
from federation.recipients import permitted
from federation.sealing import sealed
from federation.uris import Uris, host_of
from federation.wakeups import LanesFilled

GIVE_UP_AFTER = timedelta(days=3)
CHUNK = 500

log = structlog.get_logger("alliance.outbox")


def new_activity_id(uow: UnitOfWork) -> tuple[int, str]:
    """A fresh identifier for an activity of ours, and the URI made of it."""
    number = uow.new_id()
    return number, Uris(uow.settings.origin).activity(number)


async def send(
    uow: UnitOfWork,
    *,
    actor: str,
    activity: dict[str, Any],
    object_uri: str,
    inboxes: Iterable[str],
    is_public: bool,
    is_sealed: bool = False,
) -> OutboxActivity:
    """Stores `activity` of our actor (its key, see uris.py) and what has to be delivered where.

    An activity without `id` gets one. The bytes written here are what every inbox gets, with the proof that
    is made when they leave; GET of the activity answers the same, as far as its reader may know it now.
    Inboxes are folded (each is served once), ours are left out. With `is_sealed` the bytes lie in the
    database encrypted. Raises ValueError for an id that is not an activity of ours.
    """
    stored = _stored(uow, actor, activity, object_uri, is_public)
    if is_sealed:
        stored.body = sealed(uow.vault, stored.body)
    uow.db.add(stored)
    await uow.db.flush()
    queued = await _queue(uow, stored, inboxes)
    log.info("queued", activity=activity["id"], type=stored.type, inboxes=queued)
    return stored


def _stored(
    uow: UnitOfWork, actor: str, activity: dict[str, Any], object_uri: str, is_public: bool
) -> OutboxActivity:
    if "id" in activity:
        number = Uris(uow.settings.origin).activity_id(activity["id"])
        if number is None:
            raise ValueError(f"not the id of an activity of ours: {activity['id']!r}")
    else:
        number, activity["id"] = new_activity_id(uow)
    return OutboxActivity(
        id=number,
        actor=actor,
        type=activity["type"],
        object_uri=object_uri,
        is_public=is_public,
        to_followers=_is_to_followers(uow, actor, activity),
        body=orjson.dumps(only_allowed(activity)),
        created_at=uow.now,
    )


def _is_to_followers(uow: UnitOfWork, actor: str, activity: dict[str, Any]) -> bool:
    followers = f"{Uris(uow.settings.origin).actor(actor)}/followers"
    return followers in (activity.get("to") or ()) or followers in (activity.get("cc") or ())


async def _queue(uow: UnitOfWork, stored: OutboxActivity, inboxes: Iterable[str]) -> int:
    lanes = _lanes_of(uow, stored.actor, await permitted(uow.db, inboxes))
    names = list(lanes.items())
    for start in range(0, len(names), CHUNK):
        part = dict(names[start : start + CHUNK])
        counts: Mapping[LaneName, int] = Counter(part.values())
        connection = await uow.db.connection()
        places = await connection.run_sync(add_work, "out", counts, mint=_Minted(uow), now=uow.now)
        await uow.db.execute(insert(Delivery), _rows(uow, stored, part, places))
    if names:
        uow.record(LanesFilled("out"))
    return len(names)


def _lanes_of(uow: UnitOfWork, actor: str, inboxes: Iterable[str]) -> dict[str, LaneName]:
    """Each inbox once, with the lane that it is served by, in the order in which lanes are locked."""
    uris = Uris(uow.settings.origin)
    lanes = {inbox: (host_of(inbox), actor) for inbox in dict.fromkeys(inboxes) if not uris.is_ours(inbox)}
    return dict(sorted(lanes.items(), key=lambda item: item[1]))


def _rows(
    uow: UnitOfWork, stored: OutboxActivity, lanes: Mapping[str, LaneName], places: Mapping[LaneName, Places]
) -> list[dict[str, Any]]:
    positions = {name: iter(place.positions) for name, place in places.items()}
    return [
        {
            "id": uow.new_id(),
            "activity_id": stored.id,
            "lane_id": places[name].lane_id,
            "position": next(positions[name]),
            "inbox": inbox,
            "created_at": uow.now,
            "give_up_at": uow.now + GIVE_UP_AFTER,
        }
        for inbox, name in lanes.items()
    ]


class _Minted:
    """The identifiers of a unit of work, for whoever asks for a mint."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.new = uow.new_id
