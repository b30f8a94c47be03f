"""The accounts of this instance as administrators see them: who there is, as what; never when or what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.models import Employee, Person, Session
from alliance.queries.console_lists import PER_PAGE, has_words, one_page


@dataclass(frozen=True, kw_only=True)
class AccountFilter:
    """Which accounts are wanted; empty means all."""

    text: str = ""
    """A part of the name, of the user name or of the address."""
    role: str = ""
    state: str = ""
    """`open` or `closed`."""


@dataclass(frozen=True)
class AccountPage:
    """Accounts by name; `next` is the number of the last one where there are more."""

    accounts: list[Employee]
    next: int | None


async def account_page(db: AsyncSession, wanted: AccountFilter, after: int | None = None) -> AccountPage:
    """The accounts that a filter lets through, with their people, by name, after that one."""
    query = (
        select(Employee)
        .join(Employee.person)
        .order_by(Person.name, Person.id)
        .limit(PER_PAGE + 1)
        .options(contains_eager(Employee.person))
    )
    if wanted.text:
        query = query.where(has_words(wanted.text, Person.name, Person.username, Employee.email))
    if wanted.role:
        # A JSON list as text is the same in both databases, and no other role has these letters.
        query = query.where(cast(Employee.roles, String).contains(f'"{wanted.role}"', autoescape=True))
    if wanted.state:
        closed = Employee.disabled_at.is_not(None)
        query = query.where(closed if wanted.state == "closed" else ~closed)
    last = await db.scalar(select(Person.name).where(Person.id == after)) if after else None
    if last is not None:
        query = query.where(tuple_(Person.name, Person.id) > tuple_(last, after))
    found, is_more = one_page((await db.scalars(query)).all())
    return AccountPage(found, found[-1].id if is_more else None)


async def account_with_id(db: AsyncSession, employee_id: int) -> Employee | None:
    """One account with its person."""
    return await db.scalar(
        select(Employee)
        .join(Employee.person)
        .where(Employee.id == employee_id)
        .options(contains_eager(Employee.person))
    )


async def sessions_to_hand_over(db: AsyncSession, employee_id: int, now: datetime) -> int:
    """How many sessions to come somebody holds, as everybody in the company sees them."""
    hosted = (
        select(func.count())
        .select_from(Session)
        .where(
            Session.host_id == employee_id,
            Session.uri.is_(None),
            Session.status != "draft",
            Session.withdrawn_at.is_(None),
            Session.ends_at > now,
        )
    )
    return await db.scalar(hosted) or 0
