"""Where an Event takes place, in every shape that servers write it."""

from dataclasses import dataclass
from typing import Any

from federation.vocabulary.values import Json, compact, line, listed, uri_or_none

_ADDRESS_PARTS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


@dataclass(frozen=True)
class Place:
    """A location: virtual ones have an address on the web, others an address in a town."""

    name: str = ""
    address: str = ""
    url: str | None = None
    is_virtual: bool = False

    def as_json(self, id: str) -> Json:  # noqa: A002 - the property's own name
        """One object with a stable id: Mobilizon 5.1 drops the time zone when it has none.

        Its address is a PostalAddress, never text: Mobilizon asks it for its parts and fails on a string.
        """
        kind = "VirtualLocation" if self.is_virtual else "Place"
        postal = {"type": "PostalAddress", "streetAddress": self.address} if self.address else None
        return compact({"id": id, "type": kind, "name": self.name, "address": postal, "url": self.url})


def parse_place(value: object) -> Place | None:
    """A location given as text, as an object or as an array (the first physical one, else the first)."""
    places = [place for place in map(_place, listed(value)) if place is not None]
    return next((place for place in places if not place.is_virtual), places[0] if places else None)


def _place(value: Any) -> Place | None:
    if isinstance(value, str):
        return Place(name=line(value, 200)) if line(value, 200) else None
    if not isinstance(value, dict):
        return None
    found = Place(
        name=line(value.get("name"), 200),
        address=_address(value.get("address")),
        url=uri_or_none(value.get("url")),
        is_virtual=value.get("type") == "VirtualLocation",
    )
    return found if found.name or found.address or found.url else None


def _address(value: object) -> str:
    """Plain text, or a schema.org PostalAddress on one line."""
    if isinstance(value, dict):
        parts = (line(value.get(part), 500) for part in _ADDRESS_PARTS)
        return ", ".join(part for part in parts if part)[:500]
    return line(value, 500)
