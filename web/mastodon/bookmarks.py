"""What somebody keeps in mind and what they like, in the order in which they said so."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from alliance.queries.threads import Pair, bookmarks, favourites
from alliance.queries.timelines import placed
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import desk_of
from web.mastodon.spans import Page, Span

Find = Callable[[Connection, int, Span], list[Pair]]


async def kept_in_mind(call: Call) -> Page:
    """GET /api/v1/bookmarks."""
    return await _page(call, bookmarks)


async def liked(call: Call) -> Page:
    """GET /api/v1/favourites."""
    return await _page(call, favourites)


async def _page(call: Call, find: Find) -> Page:
    """The Link header names marks, not statuses; what can no longer be seen is left out."""
    span, desk, me = call.span(), desk_of(call), call.me.id

    def read(db: Connection) -> Page:
        pairs = find(db, me, span)
        shown: dict[str, Any] = {
            status["id"]: status
            for status in desk.statuses(db, placed(db, [posting for _, posting in pairs]))
        }
        items = [shown[str(posting)] for _, posting in pairs if str(posting) in shown]
        is_end = len(pairs) < span.limit and not span.is_upwards
        newest, oldest = (pairs[0][0], pairs[-1][0]) if pairs else (None, None)
        return Page(items, newest, None if is_end else oldest)

    return await call.instance.look(read)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/bookmarks", kept_in_mind, "user", ("read:bookmarks",)),
    Endpoint("GET", "/api/v1/favourites", liked, "user", ("read:favourites",)),
)
