"""How a list of the console is asked for: words, and where a page begins; `admin/parts.html` draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from web.pages.visit import Visit


@dataclass(frozen=True)
class Pages:
    """Where the list begins, and where it goes on; empty where that is this page, or nowhere."""

    first: str
    onwards: str


def words_asked(visit: Visit) -> str:
    """What was typed into the field for words."""
    return visit.request.query_params.get("q", "").strip()[:100]


def number_asked(visit: Visit, name: str = "after") -> int | None:
    """The number after which a page begins; None for something that is no number."""
    return number_in(visit.request.query_params.get(name, ""))


def number_in(text: str) -> int | None:
    """What was typed, as a number that a database holds; None for something that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def pages(
    visit: Visit,
    address: str,
    chosen: Mapping[str, str],
    following: object,
    *,
    name: str = "after",
    anchor: str = "",
) -> Pages:
    """The links of a list; `chosen` goes along, `following` is where the next page begins (None: it ends).

    `anchor` is where on the page the list stands, if not first.
    """
    kept = {key: value for key, value in chosen.items() if value}
    first = f"{address}?{urlencode(kept)}" if kept else address
    onwards = f"{address}?{urlencode({**kept, name: following})}" if following is not None else ""
    here = name in visit.request.query_params
    return Pages(first + anchor if here else "", onwards + anchor if onwards else "")
