"""Pages of statuses: read on until there are enough that the viewer may see, and say where to go on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Connection

from alliance.queries.timelines import Placed, placed
from web.mastodon.direct_reading import sayer_of
from web.mastodon.door import Call
from web.mastodon.entities.place import Place
from web.mastodon.kept import Kept
from web.mastodon.rendering import Desk
from web.mastodon.spans import Page, Span

JSON = dict[str, Any]
Find = Callable[[Connection, Span], Sequence[Placed]]
MOST_ROUNDS = 10
"""So often it is read on when what was found is not for the viewer; the next page goes on there."""


def desk_of(call: Call) -> Desk:
    """Who asks, for rendering what is found for them."""
    settings = call.instance.settings
    kept: Kept = call.request.app.state.kept_entities
    return Desk(
        place=Place(settings.origin, settings.host),
        viewer=call.viewer,
        now=call.instance.clock.now(),
        kept=kept,
        language=call.language,
        says=sayer_of(call) if call.employee is not None else None,
    )


async def page_of(call: Call, find: Find, *, default: int = 20, most: int = 40) -> Page:
    """The page of a timeline that is asked for; everything is read in one thread."""
    span, desk = call.span(default, most), desk_of(call)
    return await call.look(lambda db: read_page(db, desk, find, span))


def read_page(db: Connection, desk: Desk, find: Find, span: Span) -> Page:
    """At most `limit` statuses; fewer only at the end, or after much that was not for the viewer."""
    items: list[orjson.Fragment] = []
    passed: list[int] = []
    part = span
    for _ in range(MOST_ROUNDS):
        rows = find(db, part)
        shown = desk.written(db, rows)
        for row in rows:
            if len(items) == span.limit:
                break
            passed.append(row.id)
            if row.id in shown:
                items.append(orjson.Fragment(shown[row.id]))
        is_end = len(rows) < span.limit
        if is_end or len(items) == span.limit:
            break
        part = _onward(part, passed[-1])
    if span.is_upwards:
        items.reverse()
    return _page(items, passed, span, is_end=is_end and len(items) < span.limit)


def _onward(part: Span, last: int) -> Span:
    return replace(part, min_id=last) if part.is_upwards else replace(part, max_id=last)


def _page(items: list[orjson.Fragment], passed: list[int], span: Span, *, is_end: bool) -> Page:
    """Below what was read going up there is always more, above what was read going down there may be soon."""
    if not passed:
        return Page(items)
    newest, oldest = max(passed), min(passed)
    return Page(items, newest, None if is_end and not span.is_upwards else oldest)


async def statuses_with_ids(call: Call, ids: Sequence[int]) -> dict[int, JSON]:
    """Those of these statuses that the caller may see, by identifier."""
    desk = desk_of(call)

    def read(db: Connection) -> dict[int, JSON]:
        return {int(one["id"]): one for one in desk.statuses(db, placed(db, ids))}

    return await call.instance.look(read)


async def accounts_with_ids(call: Call, ids: Sequence[int]) -> dict[int, JSON]:
    """Accounts by identifier; that the caller may know them was found out before."""
    desk = desk_of(call)
    return await call.instance.look(lambda db: dict(desk.accounts(db, ids)))
