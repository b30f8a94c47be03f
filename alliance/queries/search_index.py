"""Asks the index of the search, in the language of FTS5 or of PostgreSQL's text search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import SearchDocument

_FTS5 = table("search_index", column("rowid", BigInteger))
# Every word of the index in its order (FTS5, "The fts5vocab Virtual Table Module").
_VOCABULARIES = {name: table(f"{name}_words", column("term")) for name in ("search_index", "passage_index")}
# FTS5 has beginnings of up to four letters at hand; for longer ones it gathers all hits of all words first.
_LONGEST_AT_HAND = 4
_MOST_SPELLED = 250
Spellings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Alternatives:
    """Words of which one has to be there; `beginnings` are such with which a word may begin.

    `headline`: in the title, a topic or a name rather than anywhere. `marks` count wherever they are.
    """

    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    headline: bool = False

    @property
    def other_words(self) -> tuple[str, ...]:
        """The words that none of `beginnings` finds anyway: each one more has to be looked up."""
        return tuple(word for word in self.words if not word.startswith(self.beginnings))

    def spelled_out(self, spellings: Spellings) -> "Alternatives":
        """The same with whole words for the beginnings that `spellings` has words for."""
        left = tuple(beginning for beginning in self.beginnings if beginning not in spellings)
        words = (word for beginning in self.beginnings for word in spellings.get(beginning, ()))
        return replace(self, words=tuple(dict.fromkeys([*self.words, *words])), beginnings=left)


async def spellings(db: AsyncSession, beginnings: Iterable[str], index: str = "search_index") -> Spellings:
    """The words in an index that begin so, where SQLite is quicker with them than with the beginning.

    One query at most. Left out is what is short, and what more than 250 words begin with.
    """
    asked = sorted({beginning for beginning in beginnings if len(beginning) > _LONGEST_AT_HAND})
    if not asked or db.get_bind().dialect.name != "sqlite":
        return {}
    found: dict[str, list[str]] = {beginning: [] for beginning in asked}
    for beginning, word in await db.execute(_words_beginning(asked, index)):
        found[beginning].append(word)
    return {beginning: tuple(words) for beginning, words in found.items() if len(words) < _MOST_SPELLED}


def _words_beginning(beginnings: Sequence[str], index: str) -> Select[Any]:
    """Leaps from word to word; reading the vocabulary in one go would visit each use of each word."""
    term = _VOCABULARIES[index].c.term
    asked = union_all(*(select(literal(word).label("beginning")) for word in beginnings)).subquery()
    first = select(
        asked.c.beginning, _first_word(term, asked.c.beginning).label("word"), literal(1).label("place")
    )
    leaps = first.cte("leaps", recursive=True)
    # A space comes before every letter, so what follows is the first word after this one.
    following = select(leaps.c.beginning, _first_word(term, leaps.c.word + " "), leaps.c.place + 1)
    leaps = leaps.union_all(following.where(_begins(leaps), leaps.c.place < _MOST_SPELLED))
    return select(leaps.c.beginning, leaps.c.word).where(_begins(leaps))


def _begins(leaps: CTE) -> ColumnElement[bool]:
    return func.substr(leaps.c.word, 1, func.length(leaps.c.beginning)) == leaps.c.beginning


def _first_word(term: ColumnElement[Any], place: Any) -> Any:
    return select(term).where(term >= place).limit(1).scalar_subquery()


@cache
def matching(dialect: str, name: str, *, walked: bool = False) -> tuple[Select[Any], ColumnElement[Any]]:
    """A query for the things that have what is given under `name`, and the place by which it is walked.

    `walked`, on PostgreSQL: without the index of the words, thing by thing in the order of places. Under that
    name comes what `asked_for` makes of the words. It selects `SearchDocument.object_id`; the caller narrows,
    orders by the place and limits.
    """
    asked = bindparam(name, type_=String())
    if dialect == "sqlite":
        query = select(SearchDocument.object_id).select_from(_FTS5)
        query = query.join(SearchDocument, SearchDocument.id == _FTS5.c.rowid)
        return query.where(literal_column("search_index").op("MATCH")(asked)), _FTS5.c.rowid
    condition = is_about(name, by_index=not walked)
    return select(SearchDocument.object_id).where(condition), SearchDocument.id.expression


def is_about(name: str, *, by_index: bool = True) -> ColumnElement[bool]:
    """On PostgreSQL: whether a thing has what is given under `name`, found by the index of words or not."""
    found = SearchDocument.vector.op("@@")(cast(bindparam(name, type_=String()), TSQUERY))
    # Of a case PostgreSQL takes it that half are so, and does not gather everything to put it in order.
    return found if by_index else case((found, true()), else_=false())


def asked_for(dialect: str, wanted: Sequence[Alternatives]) -> str:
    """Every one of `wanted` has to be true, in the words of the database's search.

    Words are those of `alliance.words`, which hold nothing but letters and digits.
    """
    return _fts5(wanted) if dialect == "sqlite" else _tsquery(wanted)


def _fts5(wanted: Iterable[Alternatives]) -> str:
    return " AND ".join(_fts5_part(part) for part in wanted)


def _fts5_part(part: Alternatives) -> str:
    asked = [*(f'"{word}" *' for word in part.beginnings), *(f'"{word}"' for word in part.other_words)]
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
        *(f"'{word}':{weights}" if weights else f"'{word}'" for word in part.other_words),
        *(f"'{mark}'" for mark in part.marks),
    ]
    return f"({' | '.join(asked)})"
