"""The filters of one of our people, and what they make of a text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, Select, String, cast, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from alliance.database import WholeNumber
from alliance.errors import NotFound
from alliance.models import AppFilter, FilterKeyword, FilterPosting
from alliance.queries.asking import Question
from alliance.queries.streams import ME, NOW


@dataclass(frozen=True)
class Head:
    """A filter without what is in it."""

    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: datetime | None


@dataclass(frozen=True)
class Match:
    """A filter that holds for something, and why: words that were found, single things that are hidden."""

    filter: Head
    keywords: list[str]
    postings: list[int]


@dataclass
class _Rules:
    row: Head
    keywords: list[tuple[str, str, bool]] = field(default_factory=list)
    """As typed, folded, and whether only the whole word counts."""
    postings: set[int] = field(default_factory=set)


class Filters:
    """All filters of one person at one moment."""

    def __init__(self, rules: Mapping[int, _Rules]) -> None:
        self._rules = list(rules.values())

    def __bool__(self) -> bool:
        return bool(self._rules)

    def matches(self, text: str, posting_ids: Iterable[int] = ()) -> list[Match]:
        """What holds for a text without markup, or for things with these identifiers."""
        if not self._rules:
            return []
        folded, numbers = text.casefold(), set(posting_ids)
        found = []
        for rules in self._rules:
            words = [word for word, kept, whole in rules.keywords if is_in(kept, folded, whole=whole)]
            hidden = sorted(numbers & rules.postings)
            if words or hidden:
                found.append(Match(rules.row, words, hidden))
        return found


NO_FILTERS = Filters({})


def is_in(word: str, text: str, *, whole: bool) -> bool:
    """Whether a folded word, or several, stands in a folded text; `whole`: not as a part of another word.

    Found by looking for the word itself, so no word of anybody becomes a pattern that takes for ever.
    """
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        opens = place == 0 or not (_of_word(word[0]) and _of_word(text[place - 1]))
        closes = end == len(text) or not (_of_word(word[-1]) and _of_word(text[end]))
        if not whole or (opens and closes):
            return True
        place = text.find(word, place + 1)
    return False


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def filters_on(db: Connection, person_id: int | None, now: datetime) -> Filters:
    """The filters that hold at this moment, ready to be asked. One query, for nobody none."""
    if person_id is None:
        return NO_FILTERS
    rules: dict[int, _Rules] = {}
    found: Sequence[Any] = _question().rows(db, {"me": person_id, "now": now})
    for row in found:
        if row.id not in rules:
            head = Head(row.id, row.title, tuple(row.contexts), row.action, row.expires_at)
            rules[row.id] = _Rules(head)
        if row.keyword is None:
            rules[row.id].postings.add(row.posting_id)
        else:
            rules[row.id].keywords.append((row.keyword, row.keyword.casefold(), row.is_whole_word))
    return Filters(dict(sorted(rules.items())))


def who_filters(db: Connection, people: Sequence[int], now: datetime) -> set[int]:
    """Those of these people who have a filter that holds at this moment. One query."""
    holds = or_(AppFilter.expires_at.is_(None), AppFilter.expires_at > now)
    return set(db.scalars(select(AppFilter.person_id).where(AppFilter.person_id.in_(people), holds)))


@lru_cache
def _question() -> Question:
    mine = (AppFilter.person_id == ME, or_(AppFilter.expires_at.is_(None), AppFilter.expires_at > NOW))
    columns = (AppFilter.id, AppFilter.title, AppFilter.contexts, AppFilter.action, AppFilter.expires_at)
    words: Any = (
        select(
            *columns,
            FilterKeyword.keyword,
            FilterKeyword.is_whole_word,
            cast(null(), WholeNumber).label("posting_id"),
        )
        .join(FilterKeyword, FilterKeyword.filter_id == AppFilter.id)
        .where(*mine)
    )
    things: Any = (
        select(*columns, cast(null(), String), cast(null(), Boolean), FilterPosting.posting_id)
        .join(FilterPosting, FilterPosting.filter_id == AppFilter.id)
        .where(*mine)
    )
    both = union_all(words, things).subquery()
    return Question(lambda dialect: select(*both.c))


async def filters_of(db: AsyncSession, person_id: int) -> list[AppFilter]:
    """All of one person's, with everything in them, by age. Three queries."""
    rows = await db.scalars(_in_full(person_id).order_by(AppFilter.id))
    return list(rows)


async def own_filter(db: AsyncSession, person_id: int, filter_id: int) -> AppFilter:
    """One of them, with everything in it. Raises NotFound."""
    found = await db.scalar(_in_full(person_id).where(AppFilter.id == filter_id))
    if found is None:
        raise NotFound
    return found


async def own_keyword(db: AsyncSession, person_id: int, keyword_id: int) -> tuple[FilterKeyword, AppFilter]:
    """A word of one of them, with its filter. Raises NotFound."""
    query = (
        select(FilterKeyword, AppFilter)
        .join(AppFilter, AppFilter.id == FilterKeyword.filter_id)
        .where(FilterKeyword.id == keyword_id, AppFilter.person_id == person_id)
    )
    found = (await db.execute(query)).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


async def own_keywords(db: AsyncSession, person_id: int) -> list[tuple[FilterKeyword, AppFilter]]:
    """Every word of every filter with its filter, by age. One query."""
    query = (
        select(FilterKeyword, AppFilter)
        .join(AppFilter, AppFilter.id == FilterKeyword.filter_id)
        .where(AppFilter.person_id == person_id)
        .order_by(FilterKeyword.id)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]


async def own_filtered(db: AsyncSession, person_id: int, row_id: int) -> FilterPosting:
    """A single thing that one of them hides. Raises NotFound."""
    found = await db.scalar(
        select(FilterPosting)
        .join(AppFilter, AppFilter.id == FilterPosting.filter_id)
        .where(FilterPosting.id == row_id, AppFilter.person_id == person_id)
    )
    if found is None:
        raise NotFound
    return found


def _in_full(person_id: int) -> Select[AppFilter]:
    return (
        select(AppFilter)
        .where(AppFilter.person_id == person_id)
        .options(selectinload(AppFilter.keywords), selectinload(AppFilter.postings))
    )
