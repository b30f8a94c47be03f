"""Pages of lists: which part of one an app wants, and how it gets to the parts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from web.mastodon.params import Params, identifier, parse_query, unusable

_MARKS = ("max_id", "since_id", "min_id")
Row = TypeVar("Row")
Chosen = TypeVar("Chosen", bound=tuple[Any, ...])


@dataclass
class Page:
    """Part of a list, newest first; `newest` and `oldest` are the identifiers that its neighbours begin at.

    They may be those of other rows than the items (of a follow, not of who follows). None where there is
    nothing further.
    """

    items: list[Any]
    newest: int | None = None
    oldest: int | None = None

    def link(self, address: str, query: str) -> str:
        """The Link header (RFC 8288) for the page at `address`; other arguments of `query` are kept."""
        kept = [pair for pair in parse_query(query) if pair[0] not in _MARKS]
        links = []
        for mark, number, relation in (("max_id", self.oldest, "next"), ("min_id", self.newest, "prev")):
            if number is not None:
                arguments = urlencode([*kept, (mark, str(number))])
                links.append(f'<{address}?{arguments}>; rel="{relation}"')
        return ", ".join(links)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list: older than `max_id`, the newest above `since_id`, or just above `min_id`."""

    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
    limit: int = 20
    is_upwards: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_upwards", self.min_id is not None)

    def applied(
        self, select: Select[Chosen], column: InstrumentedAttribute[Any] | ColumnElement[Any]
    ) -> Select[Chosen]:
        """The query for this part of a list that is ordered by `column`; give its rows to `sorted`."""
        if self.max_id is not None:
            select = select.where(column < self.max_id)
        if self.since_id is not None:
            select = select.where(column > self.since_id)
        if self.min_id is not None:
            select = select.where(column > self.min_id)
        return select.order_by(column.asc() if self.is_upwards else column.desc()).limit(self.limit)

    def sorted(self, rows: Sequence[Row]) -> list[Row]:
        """What such a query found, newest first."""
        return list(reversed(rows)) if self.is_upwards else list(rows)


def span_of(params: Params, default: int, most: int) -> Span:
    """The part that is asked for. Raises Invalid for marks that are no identifiers."""
    marks: dict[str, int | None] = {}
    for name in _MARKS:
        text = params.text(name, most=100)
        marks[name] = identifier(text)
        if text and marks[name] is None:
            raise unusable(name)
    return Span(**marks, limit=params.number("limit", default, least=1, most=most))
