"""What an external source lists on its own server: found page by page, within bounds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.uris import host_of, origin_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.collections import parse_page
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Json, Malformed, is_uri, kind_of

if TYPE_CHECKING:
    from federation.wiring import Federation

_SAID = ("Create", "Update", "Announce", "Add")
_ITEMS = ("orderedItems", "items")
_MOST_ON_A_PAGE = 200

log = structlog.get_logger("alliance.sources")


@dataclass
class Bounds:
    """How much of a list is read at most: pages, items, events fetched one by one, bytes altogether."""

    pages: int = 10
    items: int = 300
    originals: int = 40
    size: int = 8_000_000
    budget: Budget = field(default_factory=lambda: Budget(70))


def a_glance() -> Bounds:
    """Enough to tell an administrator what is to be expected."""
    return Bounds(pages=2, items=100, originals=5, size=2_000_000, budget=Budget(12))


@dataclass(frozen=True)
class Listed:
    """Upcoming events in the order of the list; with `is_all`, that was the whole list."""

    events: tuple[Event, ...]
    is_all: bool


async def listed_events(federation: "Federation", actor: Actor, now: datetime, bounds: Bounds) -> Listed:
    """The public events of a source that are not over: of `upcomingEvents` (FEP-8a8e), else of its outbox.

    Raises FetchFailed, and Malformed for a source without a list.
    """
    address = actor.upcoming or actor.outbox
    if address is None or origin_of(address) != origin_of(actor.id):
        raise Malformed("a source without a list of its own")
    reading = _Reading(federation, actor, bounds)
    found: dict[str, Event] = {}
    async for item in reading.items(address):
        event = await reading.event(item)
        if event is not None and event.is_public and event.ends_at > now:
            found.setdefault(event.id, event)
    return Listed(tuple(found.values()), reading.is_all)


class _Reading:
    """One walk through the list of one source."""

    def __init__(self, federation: "Federation", actor: Actor, bounds: Bounds) -> None:
        self._federation = federation
        self._actor = actor
        self._bounds = bounds
        self._asked: set[str] = set()
        self.is_all = False

    async def items(self, address: str) -> AsyncIterator[Any]:
        """Whatever is on the pages, until one of the bounds is reached."""
        seen: set[str] = set()
        onward: str | None = address
        while onward is not None and onward not in seen and len(seen) < self._bounds.pages:
            if origin_of(onward) != origin_of(address):
                raise Malformed("a page on another host")
            seen.add(onward)
            page = parse_page(_shortened(await self._document(onward)))
            for item in page.items:
                if self._bounds.items <= 0 or self._bounds.size <= 0:
                    return
                self._bounds.items -= 1
                yield item
            onward = page.next
        self.is_all = onward is None

    async def event(self, item: Any) -> Event | None:
        """The event behind an item, from its own server; None for everything else."""
        try:
            return await self._event(item)
        except Malformed as error:
            log.info("a listed event can't be read", source=self._actor.id, reason=error.reason)
        except FetchFailed as error:
            log.info("a listed event can't be fetched", source=self._actor.id, reason=str(error))
        return None

    async def _event(self, item: Any) -> Event | None:
        if isinstance(item, str):
            return await self._original(item)
        if not isinstance(item, dict):
            return None
        if kind_of(item) == "Event":
            return await self._believed(item)
        if kind_of(item) not in _SAID:
            return None
        said = parse_activity(item)
        return await self._believed(_whole(said)) if _is_own(said, self._actor) else await self._of(said)

    async def _of(self, said: Activity) -> Event | None:
        inner = said.embedded or {}
        about = inner.get("object") if said.embedded_type in _SAID else said.object
        address = about.get("id") if isinstance(about, dict) else about
        return await self._original(address) if is_uri(address) else None

    async def _believed(self, body: Json) -> Event | None:
        """An event that its author lists; anybody else's is fetched."""
        event = parse_event(body)
        if event.attributed_to == self._actor.id and host_of(event.id) == host_of(self._actor.id):
            return event
        return await self._original(event.id)

    async def _original(self, address: Any) -> Event | None:
        if not is_uri(address) or host_of(address) != host_of(self._actor.id) or address in self._asked:
            return None
        if self._bounds.originals <= 0 or self._bounds.size <= 0:
            self.is_all = False
            return None
        self._bounds.originals -= 1
        self._asked.add(address)
        body = await self._document(address)
        if kind_of(body) != "Event":
            return None
        event = parse_event(body)
        at_home = {host_of(event.id), host_of(event.attributed_to)} == {host_of(self._actor.id)}
        return event if at_home else None

    async def _document(self, address: str) -> Json:
        document = dict((await self._federation.fetcher.document(address, self._bounds.budget)).data)
        self._bounds.size -= len(orjson.dumps(document))
        return document


def _is_own(said: Activity, actor: Actor) -> bool:
    return said.type in ("Create", "Update") and said.actor == actor.id and said.embedded_type == "Event"


def _whole(said: Activity) -> Json:
    """The Event with what its activity alone says (gathio)."""
    body = dict(said.embedded or {})
    if not body.get("attributedTo") and not body.get("actor"):
        body["attributedTo"] = said.actor
    return body if body.get("to") or body.get("cc") else body | {"to": list(said.to), "cc": list(said.cc)}


def _shortened(body: Json) -> Json:
    """The first 200 items of a page: Gancio 1.x puts every event that it has on one."""
    cut = {name: body[name][:_MOST_ON_A_PAGE] for name in _ITEMS if isinstance(body.get(name), list)}
    first = body.get("first")
    return {**body, **cut, **({"first": _shortened(first)} if isinstance(first, dict) else {})}
