"""Lists of the console that are found by words and go on page by page: leaders, domains, external sources."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from alliance.models import ActorBlock, Company, DomainPolicy, Employee, ExpertProfile, Person, Source

PER_PAGE = 50

Row = TypeVar("Row")


async def leader_page(
    db: AsyncSession, text: str = "", after: int | None = None
) -> tuple[list[Person], bool]:
    """Those of ours who say that they lead people, and whether there are more; who waits for a yes first."""
    is_agreed = ExpertProfile.leads_since.is_not(None)
    order = (is_agreed, Person.name, Person.id)
    query = (
        select(Person)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .join(Employee, Employee.id == Person.id)
        .where(ExpertProfile.is_leader, Person.uri.is_(None), Employee.disabled_at.is_(None))
        .order_by(*order)
        .limit(PER_PAGE + 1)
        .options(joinedload(Person.profile))
    )
    if text:
        query = query.where(has_words(text, Person.name, Person.username, ExpertProfile.headline))
    if after is not None:
        last = select(*order).join(ExpertProfile, ExpertProfile.person_id == Person.id)
        found = (await db.execute(last.where(Person.id == after))).first()
        if found is not None:
            query = query.where(tuple_(*order) > tuple_(*found))
    return one_page((await db.scalars(query)).all())


async def policy_page(db: AsyncSession, text: str = "", after: str = "") -> tuple[list[DomainPolicy], bool]:
    """What was decided about domains, by domain, after that one; and whether there is more."""
    query = select(DomainPolicy).order_by(DomainPolicy.domain).limit(PER_PAGE + 1)
    if text:
        query = query.where(has_words(text, DomainPolicy.domain, DomainPolicy.reason))
    if after:
        query = query.where(DomainPolicy.domain > after)
    return one_page((await db.scalars(query)).all())


async def blocked_page(
    db: AsyncSession, text: str = "", after: int | None = None
) -> tuple[list[ActorBlock], bool]:
    """The actors that our moderators block, in the order in which they were; and whether there are more."""
    query = (
        select(ActorBlock).where(ActorBlock.by_them.is_(False)).order_by(ActorBlock.id).limit(PER_PAGE + 1)
    )
    if text:
        query = query.where(has_words(text, ActorBlock.actor_uri))
    if after is not None:
        query = query.where(ActorBlock.id > after)
    return one_page((await db.scalars(query)).all())


async def source_page(
    db: AsyncSession, text: str = "", after: int | None = None
) -> tuple[list[Source], bool]:
    """External sources with their company rows, by name, after that one; and whether there are more."""
    query = (
        select(Source)
        .join(Source.company)
        .order_by(Company.name, Company.id)
        .limit(PER_PAGE + 1)
        .options(contains_eager(Source.company))
    )
    if text:
        query = query.where(has_words(text, Company.name, Company.host, Source.uri))
    last = await db.scalar(select(Company.name).where(Company.id == after)) if after else None
    if last is not None:
        query = query.where(tuple_(Company.name, Company.id) > tuple_(last, after))
    return one_page((await db.scalars(query)).all())


def one_page(found: Sequence[Row]) -> tuple[list[Row], bool]:
    """What a page holds of what was found, of which one more was asked for; and whether there is more."""
    return list(found[:PER_PAGE]), len(found) > PER_PAGE


def has_words(text: str, *columns: Any) -> ColumnElement[bool]:
    """Whether what was typed stands in one of them, large or small."""
    return or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns))
