"""Our people say what they do not want to read: filters with words, and single things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import selectinload

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import (
    FILTER_ACTIONS,
    FILTER_CONTEXTS,
    FILTER_TITLE_LIMIT,
    KEYWORD_LIMIT,
    MOST_FILTERED_POSTINGS,
    MOST_FILTERS,
    MOST_KEYWORDS,
    AppFilter,
    FilterKeyword,
    FilterPosting,
    Posting,
)
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class KeywordChange:
    """A word of a filter: a new one, another text for the one with `id`, or its end."""

    keyword: str | None = None
    is_whole_word: bool | None = None
    id: int | None = None
    is_dropped: bool = False


@dataclass(frozen=True, kw_only=True)
class FilterChange:
    """What a filter is to be; None leaves it as it is. `expires_at` counts only with `changes_end`."""

    title: str | None = None
    contexts: Sequence[str] | None = None
    action: str | None = None
    changes_end: bool = False
    expires_at: datetime | None = None
    keywords: Sequence[KeywordChange] = ()


async def make_filter(uow: UnitOfWork, person_id: int, wanted: FilterChange) -> AppFilter:
    """A filter with its words. Raises Invalid, Conflict beyond 100."""
    count = await uow.db.scalar(select(func.count()).where(AppFilter.person_id == person_id))
    if (count or 0) >= MOST_FILTERS:
        raise Conflict("You have {limit} filters already.", limit=MOST_FILTERS)
    made = AppFilter(
        id=uow.new_id(), person_id=person_id, action="warn", title="", contexts=[], keywords=[], postings=[]
    )
    uow.db.add(made)
    await _write(uow, made, wanted)
    if not made.title or not made.contexts:
        raise Invalid("A filter needs a name and a place where it holds.")
    await uow.db.flush()
    return made


async def change_filter(uow: UnitOfWork, person_id: int, filter_id: int, wanted: FilterChange) -> AppFilter:
    """Changes what is given. Raises NotFound also for a word of another filter, Invalid, Conflict."""
    found = await _own_filter(uow, person_id, filter_id)
    await _write(uow, found, wanted)
    await uow.db.flush()
    return found


async def drop_filter(uow: UnitOfWork, person_id: int, filter_id: int) -> None:
    """The filter is gone, with everything in it. Raises NotFound."""
    await uow.db.delete(await _own_filter(uow, person_id, filter_id))
    await uow.db.flush()


async def add_keyword(
    uow: UnitOfWork, person_id: int, filter_id: int, keyword: str, *, whole_word: bool
) -> FilterKeyword:
    """Another word for a filter. Raises NotFound, Invalid, Conflict beyond 100."""
    wanted = FilterChange(keywords=(KeywordChange(keyword, whole_word),))
    return (await change_filter(uow, person_id, filter_id, wanted)).keywords[-1]


async def change_keyword(
    uow: UnitOfWork, person_id: int, keyword_id: int, change: KeywordChange
) -> FilterKeyword:
    """Another text, or its end. Raises NotFound, Invalid."""
    row = await uow.db.get(FilterKeyword, keyword_id)
    if row is None:
        raise NotFound
    change = KeywordChange(change.keyword, change.is_whole_word, keyword_id, change.is_dropped)
    await change_filter(uow, person_id, row.filter_id, FilterChange(keywords=(change,)))
    return row


async def filter_posting(uow: UnitOfWork, person_id: int, filter_id: int, posting_id: int) -> FilterPosting:
    """One thing is hidden by a filter, whatever is in it; twice is once. Raises NotFound, Conflict."""
    found = await _own_filter(uow, person_id, filter_id)
    if not await uow.db.scalar(select(exists().where(Posting.id == posting_id))):
        raise NotFound
    for row in found.postings:
        if row.posting_id == posting_id:
            return row
    if len(found.postings) >= MOST_FILTERED_POSTINGS:
        raise Conflict("A filter has room for {limit}.", limit=MOST_FILTERED_POSTINGS)
    row = FilterPosting(id=uow.new_id(), filter_id=filter_id, posting_id=posting_id)
    found.postings.append(row)
    await uow.db.flush()
    return row


async def unfilter_posting(uow: UnitOfWork, person_id: int, row_id: int) -> FilterPosting:
    """It is no longer hidden by that filter. Raises NotFound."""
    mine = select(AppFilter.id).where(AppFilter.person_id == person_id)
    row = await uow.db.scalar(
        select(FilterPosting).where(FilterPosting.id == row_id, FilterPosting.filter_id.in_(mine))
    )
    if row is None:
        raise NotFound
    await uow.db.execute(
        delete(FilterPosting).where(FilterPosting.id == row_id),
        execution_options={"synchronize_session": False},
    )
    return row


async def _own_filter(uow: UnitOfWork, person_id: int, filter_id: int) -> AppFilter:
    found = await uow.db.scalar(
        select(AppFilter)
        .where(AppFilter.id == filter_id, AppFilter.person_id == person_id)
        .with_for_update()
        .options(selectinload(AppFilter.keywords), selectinload(AppFilter.postings))
    )
    if found is None:
        raise NotFound
    return found


async def _write(uow: UnitOfWork, row: AppFilter, wanted: FilterChange) -> None:
    if wanted.title is not None:
        row.title = _line(wanted.title, "title", FILTER_TITLE_LIMIT)
    if wanted.contexts is not None:
        row.contexts = _contexts(wanted.contexts)
    if wanted.action is not None:
        if wanted.action not in FILTER_ACTIONS:
            raise Invalid("Please choose one of the options.", field="filter_action")
        row.action = wanted.action
    if wanted.changes_end:
        row.expires_at = wanted.expires_at
    for change in wanted.keywords:
        _write_keyword(uow, row, change)
    if any(change.id is None for change in wanted.keywords):
        await _refuse_beyond(uow, row)


async def _refuse_beyond(uow: UnitOfWork, row: AppFilter) -> None:
    """Every word is looked for in everything that is shown, so they are counted over all filters."""
    others = (
        select(func.count())
        .select_from(FilterKeyword)
        .join(AppFilter, AppFilter.id == FilterKeyword.filter_id)
        .where(AppFilter.person_id == row.person_id, AppFilter.id != row.id)
    )
    if len(row.keywords) + (await uow.db.scalar(others) or 0) > MOST_KEYWORDS:
        raise Conflict("Your filters have room for {limit} words.", limit=MOST_KEYWORDS)


def _write_keyword(uow: UnitOfWork, row: AppFilter, change: KeywordChange) -> None:
    if change.id is None:
        if not change.is_dropped:
            text = _line(change.keyword or "", "keyword", KEYWORD_LIMIT)
            whole = change.is_whole_word is not False
            row.keywords.append(
                FilterKeyword(id=uow.new_id(), filter_id=row.id, keyword=text, is_whole_word=whole)
            )
        return
    known = next((keyword for keyword in row.keywords if keyword.id == change.id), None)
    if known is None:
        raise NotFound
    if change.is_dropped:
        row.keywords.remove(known)
        return
    if change.keyword is not None:
        known.keyword = _line(change.keyword, "keyword", KEYWORD_LIMIT)
    if change.is_whole_word is not None:
        known.is_whole_word = change.is_whole_word


def _contexts(given: Sequence[str]) -> list[str]:
    contexts = [context for context in FILTER_CONTEXTS if context in given]
    if not contexts or set(given) - set(FILTER_CONTEXTS):
        raise Invalid("Please choose one of the options.", field="context")
    return contexts


def _line(text: str, field: str, limit: int) -> str:
    line = clean_line(text)
    if not 1 <= len(line) <= limit:
        raise Invalid("Please type something of up to {limit} characters.", field=field, limit=limit)
    return line
