"""Experts as a viewer may see them, and who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import orjson
from sqlalchemy import ColumnElement, Select, String, bindparam, cast, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from alliance.database import WholeNumber
from alliance.errors import NotFound
from alliance.models import Company, Employee, ExpertProfile, Person, Topic, expert_topic
from alliance.queries.given import at_once, given_number, given_viewer
from alliance.visibility import Viewer, visible_profiles

MOST_PER_PAGE = 100


@dataclass(frozen=True)
class ExpertKey:
    """Where a page of experts ended; the next one begins after it."""

    name: str
    id: int


@dataclass(frozen=True, kw_only=True)
class ExpertFilter:
    """What a viewer is looking for; None and False ask for nothing."""

    company_id: int | None = None
    external: bool = False
    """Only experts of other companies."""
    topic: str | None = None
    """Slug."""
    language: str | None = None
    """A code such as `de`, spoken."""
    leaders: bool = False


EVERYBODY = ExpertFilter()


@dataclass(frozen=True)
class ExpertPage:
    """Some experts by name, with company, profile and topics loaded; `next` asks for more."""

    experts: list[Person]
    next: ExpertKey | None = None


async def experts(
    db: AsyncSession,
    viewer: Viewer,
    wanted: ExpertFilter = EVERYBODY,
    *,
    after: ExpertKey | None = None,
    limit: int = 30,
) -> ExpertPage:
    """The experts that `viewer` may see. Two queries, however many rows."""
    limit = max(1, min(limit, MOST_PER_PAGE))
    query = _narrowed(_profiles(viewer), wanted)
    if after is not None:
        query = query.where(tuple_(Person.name, Person.id) > (after.name, after.id))
    found = list((await db.scalars(query.order_by(Person.name, Person.id).limit(limit + 1))).all())
    more = len(found) > limit
    del found[limit:]
    return ExpertPage(found, ExpertKey(found[-1].name, found[-1].id) if more else None)


async def experts_with_ids(db: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> list[Person]:
    """Those of these people that `viewer` may find, in this order, loaded for a list. Two queries."""
    if not ids:
        return []
    anybody, who = given_viewer(viewer)
    found = await db.scalars(_with_ids(anybody), {**who, "ids": list(ids)})
    by_id = {person.id: person for person in found}
    return [by_id[number] for number in ids if number in by_id]


@cache
def _with_ids(viewer: Viewer) -> Select[Person]:
    return _profiles(viewer).where(Person.id.in_(bindparam("ids", type_=WholeNumber, expanding=True)))


async def topics_of_experts(db: AsyncSession, viewer: Viewer, *, limit: int = 60) -> list[Topic]:
    """What the experts that `viewer` may see know about, the most common first. One query."""
    known = (
        select(expert_topic.c.topic_id, func.count().label("experts"))
        .join(Person, Person.id == expert_topic.c.person_id)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(visible_profiles(viewer))
        .group_by(expert_topic.c.topic_id)
        .order_by(func.count().desc(), expert_topic.c.topic_id)
        .limit(limit)
        .subquery()
    )
    found = (
        select(Topic).join(known, known.c.topic_id == Topic.id).order_by(known.c.experts.desc(), Topic.name)
    )
    return list((await db.scalars(found)).all())


async def languages_of_experts(db: AsyncSession, viewer: Viewer) -> list[str]:
    """The codes of what the experts that `viewer` may see speak. One query."""
    spoken = cast(ExpertProfile.languages, String)
    query = select(spoken).join(Person, Person.id == ExpertProfile.person_id).where(visible_profiles(viewer))
    found = (await db.scalars(query.distinct().limit(500))).all()
    return sorted({code for written in found for code in orjson.loads(written)})


async def profile(db: AsyncSession, viewer: Viewer, handle: str) -> Person:
    """The expert of that handle (`lex`, `@lex`, `lex@alpenwerk.example`). Raises NotFound.

    Employees also find themselves, published or not.
    """
    named = _is_called(handle)
    person = await db.scalar(_profiles(viewer).where(named).limit(1))
    if person is None and viewer.kind == "employee":
        person = await db.scalar(_people().where(named, Person.id == viewer.person_id))
    if person is None:
        raise NotFound
    return person


async def introduced(db: AsyncSession, viewer: Viewer, person_id: int) -> Person | None:
    """Somebody with their profile, if they introduce themselves to the viewer. One query.

    Employees also find themselves, published or not.
    """
    anybody, who = given_viewer(viewer)
    return await db.scalar(_introduced(anybody), {**who, "person": person_id})


@cache
def _introduced(viewer: Viewer) -> Select[Person]:
    seen = visible_profiles(viewer)
    if viewer.kind == "employee":
        seen = or_(seen, Person.id == viewer.person_id)
    query = select(Person).outerjoin(Person.profile).where(Person.id == given_number("person"), seen)
    return at_once(query.options(contains_eager(Person.profile)))


async def person_with_id(db: AsyncSession, person_id: int) -> Person | None:
    """Anybody known here, with company, profile and topics; what may be shown is the caller's question."""
    return await db.scalar(_people().where(Person.id == person_id))


async def local_person(db: AsyncSession, username: str) -> Person | None:
    """One of our own people by user name, with company, profile and topics; gone ones are not found."""
    named = (Person.username == username.lower(), Person.host.is_(None), Person.gone_at.is_(None))
    return await db.scalar(_people().where(*named).limit(1))


async def person_with_uri(db: AsyncSession, uri: str) -> Person | None:
    """Somebody elsewhere by identity, with company."""
    return await db.scalar(select(Person).where(Person.uri == uri).options(joinedload(Person.company)))


async def employee_with_email(db: AsyncSession, email: str) -> Employee | None:
    """One of our accounts, with its person."""
    return await db.scalar(
        select(Employee)
        .where(Employee.email == email.strip().lower())
        .options(joinedload(Employee.person).joinedload(Person.company))
    )


async def employees(db: AsyncSession) -> list[Employee]:
    """Every account with its person, by e-mail address; for the administrator."""
    rows = await db.scalars(select(Employee).order_by(Employee.email).options(joinedload(Employee.person)))
    return list(rows.all())


def _is_called(handle: str) -> ColumnElement[bool]:
    username, _, host = handle.removeprefix("@").lower()[:400].partition("@")
    here = Person.host.is_(None)
    if host:
        ours = exists().where(Company.is_home, Company.host == host)
        return (Person.username == username) & ((Person.host == host) | (here & ours))
    return (Person.username == username) & here


def _people() -> Select[Person]:
    return select(Person).options(
        joinedload(Person.company), joinedload(Person.profile).selectinload(ExpertProfile.topics)
    )


def _profiles(viewer: Viewer) -> Select[Person]:
    return (
        select(Person)
        .join(Person.profile)
        .where(visible_profiles(viewer))
        .options(
            joinedload(Person.company),
            contains_eager(Person.profile).selectinload(ExpertProfile.topics),
        )
    )


def _narrowed(query: Select[Person], wanted: ExpertFilter) -> Select[Person]:
    if wanted.company_id is not None:
        query = query.where(Person.company_id == wanted.company_id)
    if wanted.external:
        query = query.where(Person.uri.is_not(None))
    if wanted.leaders:
        query = query.where(ExpertProfile.is_leader)
    if wanted.language is not None:
        # Stored as JSON, ["de", "en"], which both databases compare as text; codes are letters alone.
        spoken = cast(ExpertProfile.languages, String)
        query = query.where(spoken.contains(f'"{wanted.language}"', autoescape=True))
    if wanted.topic is not None:
        topic = select(Topic.id).where(Topic.slug == wanted.topic).scalar_subquery()
        carried = select(expert_topic.c.person_id).where(expert_topic.c.topic_id == topic)
        query = query.where(Person.id.in_(carried))
    return query
