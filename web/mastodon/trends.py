"""What most people go to and like; there are no trending links, because nobody counts what people read."""

from typing import Any

from alliance.queries.talked_about import talked_about
from web.mastodon.door import Call, Endpoint
from web.mastodon.showing import show_statuses


async def statuses(call: Call) -> Any:
    """GET /api/v1/trends/statuses."""
    limit = call.params.number("limit", 20, least=1, most=40)
    offset = call.params.number("offset", 0, most=1000)
    async with call.reading() as db:
        now = call.instance.clock.now()
        ids = await talked_about(db, call.viewer, now, limit=limit, offset=offset)
    return await show_statuses(call, ids)


async def links(call: Call) -> Any:
    """GET /api/v1/trends/links."""
    return []


ENDPOINTS = (
    Endpoint("GET", "/api/v1/trends/statuses", statuses, "user-optional"),
    Endpoint("GET", "/api/v1/trends/links", links, "user-optional"),
)
