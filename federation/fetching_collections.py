"""Reads the pages of a collection that lies on another server, within bounds."""

from typing import TYPE_CHECKING, Any

from federation.fetch import Budget
from federation.uris import origin_of
from federation.vocabulary.collections import Page, parse_page
from federation.vocabulary.values import Malformed

if TYPE_CHECKING:
    from federation.wiring import Federation

MAX_PAGES = 40
MAX_ITEMS = 1000


async def items_of(federation: "Federation", address: str, budget: Budget) -> tuple[list[Any], bool]:
    """What is on the pages of a collection, and whether that is all of it."""
    items: list[Any] = []
    seen: set[str] = set()
    onward: str | None = address
    while onward is not None and onward not in seen and len(seen) < MAX_PAGES and len(items) < MAX_ITEMS:
        if origin_of(onward) != origin_of(address):
            raise Malformed("a page on another host")
        seen.add(onward)
        page = await _page(federation, onward, budget)
        items += page.items
        onward = page.next
    return items[:MAX_ITEMS], onward is None and len(items) <= MAX_ITEMS


async def _page(federation: "Federation", address: str, budget: Budget) -> Page:
    return parse_page(dict((await federation.fetcher.document(address, budget)).data))
