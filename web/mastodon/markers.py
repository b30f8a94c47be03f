"""How far somebody has read, the same in all of their apps."""

from typing import Any

from alliance.choosing_for_apps import remember_place
from alliance.models import MARKED_TIMELINES
from alliance.queries.app_choices import markers
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.keeping import marker
from web.mastodon.params import unusable


async def show(call: Call) -> Any:
    """GET /api/v1/markers."""
    wanted = [name for name in call.params.texts("timeline") if name in MARKED_TIMELINES]
    async with call.reading() as db:
        return {row.timeline: marker(row) for row in await markers(db, call.me.id, wanted)}


async def save(call: Call) -> Any:
    """POST /api/v1/markers: also back, where an app says so."""
    places: dict[str, int] = {}
    for timeline in MARKED_TIMELINES:
        if call.params.has(timeline):
            number = call.params.nested(timeline).id("last_read_id")
            if number is None:
                raise unusable("last_read_id")
            places[timeline] = number
    async with call.unit_of_work() as uow:
        saved = await remember_place(uow, call.me.id, places)
        return {row.timeline: marker(row) for row in saved}


ENDPOINTS = (
    Endpoint("GET", "/api/v1/markers", show, "user", ("read:statuses",)),
    Endpoint("POST", "/api/v1/markers", save, "user", ("write:statuses",)),
)
