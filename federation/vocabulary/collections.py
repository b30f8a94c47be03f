"""Collections and their pages as values."""

from dataclasses import dataclass
from typing import Any

from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import Json, kind_of, listed, uri_or_none, whole

_COLLECTIONS = ("Collection", "OrderedCollection")
_PAGES = ("CollectionPage", "OrderedCollectionPage")


@dataclass(frozen=True)
class Page:
    """A collection or one page of it: what is on it and where it goes on."""

    items: tuple[Any, ...]
    next: str | None
    total: int | None


def parse_page(value: Json) -> Page:
    """Reads a collection (`next` is then its first page) or a page of one. Raises Malformed."""
    kind = kind_of(value)
    items = tuple(listed(value.get("orderedItems", value.get("items"))))
    onward = value.get("next") if kind in _PAGES else value.get("first")
    if kind in _COLLECTIONS and isinstance(onward, dict):
        inner = parse_page(onward)
        return Page(items + inner.items, inner.next, whole(value.get("totalItems")))
    return Page(items, uri_or_none(onward), whole(value.get("totalItems")))


def collection(id: str, total: int, *, first: str | None = None, items: list[Any] | None = None) -> Json:  # noqa: A002
    """An ordered collection: with all its items, with a first page, or with nothing but its size."""
    body: Json = {
        "@context": ACTIVITYSTREAMS,
        "id": id,
        "type": "OrderedCollection",
        "totalItems": total,
    }
    if first is not None:
        body["first"] = first
    if items is not None:
        body["orderedItems"] = items
    return body


def collection_page(
    id: str,  # noqa: A002
    *,
    part_of: str,
    items: list[Any],
    next_page: str | None,
    context: object = ACTIVITYSTREAMS,
) -> Json:
    """One page of an ordered collection."""
    body: Json = {
        "@context": context,
        "id": id,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        "orderedItems": items,
    }
    if next_page is not None:
        body["next"] = next_page
    return body
