"""Companies and experts to get to know: all of them, by name or handle, or who somebody may have missed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import AccountMark, Company, ExpertProfile, Interest, Person, expert_topic
from alliance.queries.distances import is_kept_away
from alliance.queries.known_accounts import is_known_company
from alliance.visibility import Viewer, visible_profiles

_MOST_COMPANIES = 500


async def directory(
    db: AsyncSession, viewer: Viewer, *, local: bool, newest: bool, limit: int, offset: int
) -> list[int]:
    """Companies, then experts who show their profile to the viewer: the latest changed, or the newest.

    Two queries.
    """
    companies = select(Company.id).where(is_known_company(viewer))
    people = _experts(viewer)
    if local:
        companies, people = companies.where(Company.is_home), people.where(Person.uri.is_(None))
    ordered = (Company.is_home.desc(), Company.name, Company.id)
    first = list(await db.scalars(companies.order_by(*ordered).limit(_MOST_COMPANIES)))
    page = first[offset : offset + limit]
    if len(page) < limit:
        by = ExpertProfile.published_at if newest else ExpertProfile.updated_at
        rest = people.order_by(by.desc(), Person.id.desc()).limit(limit - len(page))
        page += await db.scalars(rest.offset(max(0, offset - len(first))))
    return page


async def accounts_called(db: AsyncSession, viewer: Viewer, typed: str, limit: int) -> list[int]:
    """Companies and experts whose handle or name, or a word of it, begins like that. Two queries."""
    handle = typed.strip().removeprefix("@").lower()
    if not handle:
        return []
    username, _, host = handle.partition("@")
    people = _experts(viewer).where(
        or_(_begins(Person.username, username), _begins(Person.name, username), _has(Person.name, username))
    )
    companies = select(Company.id).where(
        is_known_company(viewer),
        or_(
            _begins(Company.name, username),
            _has(Company.name, username),
            _begins(Company.host, host or username),
        ),
    )
    if host:
        people = people.where(_begins(Person.host, host))
        companies = companies.where(_begins(Company.host, host))
    found = list(await db.scalars(companies.order_by(Company.name, Company.id).limit(limit)))
    found += await db.scalars(people.order_by(Person.name, Person.id).limit(limit))
    return found[:limit]


async def account_with_handle(db: AsyncSession, host: str, handle: str) -> int | None:
    """The person or company of exactly that handle, `lex`, `@lex@alpenwerk.example`; whoever may know them.

    `host` is ours. Two queries.
    """
    username, _, at = handle.strip().removeprefix("@").lower()[:400].partition("@")
    here = not at or at == host
    person = select(Person.id).where(
        Person.username == username,
        Person.host.is_(None) if here else Person.host == at,
        Person.gone_at.is_(None),
    )
    found = await db.scalar(person.limit(1))
    if found is not None:
        return found
    named = or_(
        func.lower(Company.handle) == username, literal(username == "sessions") & (Company.handle == "")
    )
    company = select(Company.id).where(
        named & (Company.is_home if here else Company.host == at) | (Company.host == f"{username}@{at}")
    )
    return await db.scalar(company.limit(1))


async def suggestions(
    db: AsyncSession, person_id: int, viewer: Viewer, now: datetime, limit: int
) -> list[tuple[int, str]]:
    """Whom somebody does not follow yet, with why: `company`, or `expert` for topics that they follow.

    Without whom they keep away, and whoever they do not want to be suggested. Two queries.
    """
    companies = (
        select(Company.id)
        .where(is_known_company(viewer), Company.is_home.is_(False), _is_new(person_id, Company.id, now))
        .order_by(Company.created_at.desc(), Company.id)
    )
    shared = (
        select(func.count())
        .select_from(Interest)
        .join(expert_topic, expert_topic.c.topic_id == Interest.topic_id)
        .where(Interest.person_id == person_id, expert_topic.c.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    people = (
        _experts(viewer)
        .where(Person.id != person_id, _is_new(person_id, Person.id, now))
        .order_by(shared.desc(), ExpertProfile.updated_at.desc(), Person.id)
    )
    found = [(number, "company") for number in await db.scalars(companies.limit(limit))]
    found += [(number, "expert") for number in await db.scalars(people.limit(limit))]
    return found[:limit]


def _experts(viewer: Viewer) -> Select[int]:
    return (
        select(Person.id)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(visible_profiles(viewer))
    )


def _is_new(person_id: int, account: Any, now: datetime) -> ColumnElement[bool]:
    followed = exists().where(
        Interest.person_id == person_id, or_(Interest.expert_id == account, Interest.company_id == account)
    )
    unwanted = exists().where(
        AccountMark.person_id == person_id,
        AccountMark.account_id == account,
        AccountMark.kind == "unsuggested",
    )
    return and_(not_(followed), not_(unwanted), not_(is_kept_away(person_id, account, now)))


def _begins(column: Any, start: str) -> ColumnElement[bool]:
    return func.lower(column).startswith(start, autoescape=True)


def _has(column: Any, start: str) -> ColumnElement[bool]:
    return func.lower(column).contains(f" {start}", autoescape=True)
