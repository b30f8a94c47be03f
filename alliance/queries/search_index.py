"""Asks the index of the search, in the language of FTS5 or of PostgreSQL's text search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, column, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import SearchDocument

_FTS5 = table("search_index", column("rowid", BigInteger))


@dataclass(frozen=True)
class Alternatives:
    """Words of which one has to be there; `beginnings` are such with which a word may begin.

    `headline`: in the title, a topic or a name rather than anywhere. `marks` count wherever they are.
    """

    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    headline: bool = False


def matching(db: AsyncSession, wanted: Sequence[Alternatives]) -> tuple[Select[Any], ColumnElement[Any]]:
    """A query for the things of which every one of `wanted` is true, and the place by which it is walked.

    It selects `SearchDocument.object_id`; the caller narrows, orders by the place and limits. Words are those
    of `alliance.words`, which hold nothing but letters and digits.
    """
    if db.get_bind().dialect.name == "sqlite":
        query = select(SearchDocument.object_id).select_from(_FTS5)
        query = query.join(SearchDocument, SearchDocument.id == _FTS5.c.rowid)
        return query.where(literal_column("search_index").op("MATCH")(_fts5(wanted))), _FTS5.c.rowid
    condition = SearchDocument.vector.op("@@")(cast(_tsquery(wanted), TSQUERY))
    return select(SearchDocument.object_id).where(condition), SearchDocument.id.expression


def _fts5(wanted: Iterable[Alternatives]) -> str:
    return " AND ".join(_fts5_part(part) for part in wanted)


def _fts5_part(part: Alternatives) -> str:
    asked = [*(f'"{word}" *' for word in part.beginnings), *(f'"{word}"' for word in part.words)]
    marks = [f'"{mark}"' for mark in part.marks]
    if part.headline and asked:
        asked = [f"{{title topics host}} : ({' OR '.join(asked)})"]
    return f"({' OR '.join([*asked, *marks])})"


def _tsquery(wanted: Iterable[Alternatives]) -> str:
    return " & ".join(_tsquery_part(part) for part in wanted)


def _tsquery_part(part: Alternatives) -> str:
    weights = "ABC" if part.headline else ""
    asked = [
        *(f"'{word}':*{weights}" for word in part.beginnings),
        *(f"'{word}':{weights}" if weights else f"'{word}'" for word in part.words),
        *(f"'{mark}'" for mark in part.marks),
    ]
    return f"({' | '.join(asked)})"
