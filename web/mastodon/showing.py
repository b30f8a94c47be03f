"""Accounts and statuses for lists of them: rows of numbers become what apps show."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Select

from alliance.queries.known_accounts import known_accounts
from alliance.queries.timelines import placed
from web.mastodon.door import Call
from web.mastodon.entities.place import Place
from web.mastodon.paging import desk_of
from web.mastodon.spans import Page, Span

JSON = dict[str, Any]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Shown:
    """Accounts and statuses by their identifiers, as far as they can be shown; to be read, never changed."""

    accounts: dict[int, JSON] = field(default_factory=dict)
    statuses: dict[int, JSON] = field(default_factory=dict)


async def show_all(call: Call, account_ids: Iterable[int], posting_ids: Iterable[int] = ()) -> Shown:
    """Accounts of whom the one who asks knows already, and what they may see of postings.

    As many queries for one as for all of them, in one change of threads.
    """
    wanted, postings = list(dict.fromkeys(account_ids)), list(dict.fromkeys(posting_ids))
    desk = desk_of(call)

    def look(db: Connection) -> Shown:
        statuses = desk.statuses(db, placed(db, postings)) if postings else []
        accounts = desk.accounts(db, wanted)
        return Shown(
            {number: accounts[number] for number in wanted if number in accounts},
            {int(status["id"]): status for status in statuses},
        )

    return await call.instance.look(look)


async def show_accounts(call: Call, account_ids: Sequence[int]) -> list[JSON]:
    """Those of them that the one who asks may know, in this order."""
    async with call.reading() as db:
        known = await known_accounts(db, call.viewer, account_ids)
    shown = await show_all(call, [number for number in account_ids if number in known])
    return list(shown.accounts.values())


async def show_statuses(call: Call, posting_ids: Sequence[int]) -> list[JSON]:
    """Those of them that the one who asks may see, in this order."""
    shown = await show_all(call, (), posting_ids)
    return [shown.statuses[number] for number in posting_ids if number in shown.statuses]


async def page_of_accounts(
    call: Call, rows: Select[int, int], *, default: int, most: int, anybody: bool = False
) -> Page:
    """A page of a list whose rows have an identifier of their own and an account's.

    With `anybody` also accounts that the one who asks would not know but for being on this list of theirs.
    """
    found, newest, oldest = await page_of_rows(call, rows, default=default, most=most)
    ids = [account_id for _, account_id in found]
    if anybody:
        return Page(list((await show_all(call, ids)).accounts.values()), newest, oldest)
    return Page(await show_accounts(call, ids), newest, oldest)


async def page_of_rows(
    call: Call, rows: Any, *, default: int, most: int
) -> tuple[list[Any], int | None, int | None]:
    """A page of what a query finds by its first column, newest first, and the marks of the pages beside it.

    One query.
    """
    span = call.span(default, most)
    key: Any = rows.selected_columns[0]
    async with call.reading() as db:
        found = span.sorted((await db.execute(span.applied(rows, key))).all())
    return found, *_marks([row[0] for row in found], span)


def paged(
    rows: Sequence[Row], span: Span, key: Callable[[Row], int]
) -> tuple[list[Row], int | None, int | None]:
    """The same of rows that are all there, newest first."""
    above = max((mark for mark in (span.since_id, span.min_id) if mark is not None), default=-1)
    within = [row for row in rows if above < key(row) and (span.max_id is None or key(row) < span.max_id)]
    found = within[-span.limit :] if span.is_upwards else within[: span.limit]
    return found, *_marks([key(row) for row in found], span)


def _marks(numbers: Sequence[int], span: Span) -> tuple[int | None, int | None]:
    """Where the pages beside this one begin; without a full page nothing older is there."""
    if not numbers:
        return None, None
    has_older = span.is_upwards or len(numbers) == span.limit
    return numbers[0], numbers[-1] if has_older else None


def place_of(call: Call) -> Place:
    """What addresses in entities are made of."""
    return desk_of(call).place
