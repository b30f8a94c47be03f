"""Communities as a viewer may see them: the directory, one of them, its members, what stands where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.errors import Gone, NotFound
from alliance.models import (
    Community,
    CommunityMember,
    CommunityPost,
    Company,
    Partner,
    Person,
    Session,
    Topic,
    community_topic,
)
from alliance.queries.sessions import sessions_with_ids
from alliance.visibility import Viewer, visible_communities, visible_sessions

MOST_PER_PAGE = 100
MOST_SHOWN_MEMBERS = 200


@dataclass(frozen=True)
class CommunityKey:
    """Where a page of the directory ended; the next one begins after it."""

    member_count: int
    id: int


@dataclass(frozen=True, kw_only=True)
class CommunityFilter:
    """What a viewer is looking for; None and False ask for nothing."""

    company_id: int | None = None
    external: bool = False
    """Only those of other companies."""
    topic: str | None = None
    """Slug."""
    language: str | None = None
    mine: bool = False
    """Only those in which the viewer is a member."""


EVERY_COMMUNITY = CommunityFilter()


@dataclass(frozen=True)
class CommunityPage:
    """Some communities, the biggest first, with company and topics loaded; `next` asks for more."""

    communities: list[Community]
    next: CommunityKey | None = None


async def communities(
    db: AsyncSession,
    viewer: Viewer,
    wanted: CommunityFilter = EVERY_COMMUNITY,
    *,
    after: CommunityKey | None = None,
    limit: int = 30,
) -> CommunityPage:
    """The communities that `viewer` may see. Two queries, however many rows."""
    limit = max(1, min(limit, MOST_PER_PAGE))
    query = _communities().where(visible_communities(viewer), *_narrowed(viewer, wanted))
    if after is not None:
        here = tuple_(Community.member_count, Community.id)
        query = query.where(here < (after.member_count, after.id))
    query = query.order_by(Community.member_count.desc(), Community.id.desc())
    found = list((await db.scalars(query.limit(limit + 1))).all())
    more = len(found) > limit
    del found[limit:]
    key = CommunityKey(found[-1].member_count, found[-1].id) if more else None
    return CommunityPage(found, key)


async def community(db: AsyncSession, viewer: Viewer, community_id: int) -> Community:
    """One community with company and topics. Raises NotFound, or Gone for one that was ended. Two queries."""
    query = _communities().where(Community.id == community_id)
    found = await db.scalar(query.where(visible_communities(viewer)))
    if found is None:
        ended = query.where(visible_communities(viewer, closed=True))
        if await db.scalar(ended.with_only_columns(Community.id).options()) is not None:
            raise Gone
        raise NotFound
    return found


async def community_by_handle(db: AsyncSession, viewer: Viewer, name: str) -> Community | None:
    """One of ours by the first half of its handle, as far as `viewer` may know of it. Two queries."""
    ours = and_(Community.uri.is_(None), Community.slug == name.lower())
    return await db.scalar(_communities().where(ours, visible_communities(viewer)).limit(1))


async def communities_with_ids(db: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> list[Community]:
    """Those of these communities that `viewer` may see, in this order. Two queries."""
    if not ids:
        return []
    found = await db.scalars(_communities().where(Community.id.in_(ids), visible_communities(viewer)))
    by_id = {one.id: one for one in found}
    return [by_id[number] for number in ids if number in by_id]


async def communities_of(
    db: AsyncSession, viewer: Viewer, kind: str, subject_id: int
) -> list[tuple[Community, CommunityPost]]:
    """Where something stands, or waits to stand: what `viewer` may know of that, by name. Two queries."""
    found = await db.execute(
        _communities()
        .add_columns(CommunityPost)
        .join(CommunityPost, CommunityPost.community_id == Community.id)
        .where(
            CommunityPost.kind == kind,
            CommunityPost.subject_id == subject_id,
            CommunityPost.state != "removed",
            visible_communities(viewer),
        )
        .order_by(Community.name, Community.id)
    )
    return [(row[0], row[1]) for row in found]


async def joined(db: AsyncSession, viewer: Viewer) -> list[tuple[Community, CommunityMember]]:
    """The communities in which an employee is a member, by name. Two queries."""
    found = await db.execute(
        _communities()
        .add_columns(CommunityMember)
        .join(CommunityMember, CommunityMember.community_id == Community.id)
        .where(CommunityMember.person_id == viewer.person_id, visible_communities(viewer))
        .order_by(func.lower(Community.name), Community.id)
    )
    return [(row[0], row[1]) for row in found]


async def membership(db: AsyncSession, viewer: Viewer, community_id: int) -> CommunityMember | None:
    """How the viewer stands to a community; None for who is no member. One query for employees."""
    if viewer.person_id is None:
        return None
    return await db.get(CommunityMember, (community_id, viewer.person_id))


async def next_sessions(
    db: AsyncSession, viewer: Viewer, ids: Sequence[int], *, now: datetime
) -> dict[int, Session]:
    """The next session in each of these communities that `viewer` may see, by community. Three queries."""
    if not ids:
        return {}
    place = func.row_number().over(
        partition_by=CommunityPost.community_id, order_by=(Session.starts_at, Session.id)
    )
    upcoming = (
        select(CommunityPost.community_id, Session.id.label("session_id"), place.label("place"))
        .join(Session, Session.id == CommunityPost.subject_id)
        .where(
            CommunityPost.community_id.in_(ids),
            CommunityPost.kind == "session",
            CommunityPost.state == "shown",
            Session.starts_at > now,
            Session.status == "scheduled",
            visible_sessions(viewer),
        )
        .subquery()
    )
    first = select(upcoming.c.community_id, upcoming.c.session_id).where(upcoming.c.place == 1)
    by_community = {row.community_id: row.session_id for row in await db.execute(first)}
    known = {one.id: one for one in await sessions_with_ids(db, viewer, list(by_community.values()))}
    return {number: known[its] for number, its in by_community.items() if its in known}


async def owners_of(db: AsyncSession, community_id: int) -> list[CommunityMember]:
    """Who owns and moderates one of ours, owners first; person, company and profile loaded. One query."""
    found = await db.scalars(
        _members(community_id)
        .where(CommunityMember.role != "member")
        .order_by(CommunityMember.role.desc(), CommunityMember.joined_at, CommunityMember.person_id)
    )
    return list(found)


async def shown_members(
    db: AsyncSession, viewer: Viewer, community_id: int, *, limit: int = MOST_SHOWN_MEMBERS
) -> list[Person]:
    """Those who chose to be seen among the members, with company and profile, by name. One query.

    For signed-in people alone: strangers learn how many they are. People of companies that are not allied
    now are left out.
    """
    if viewer.kind != "employee":
        return []
    found = await db.scalars(
        _members(community_id)
        .where(CommunityMember.is_shown, CommunityMember.role == "member")
        .order_by(func.lower(Person.name), Person.id)
        .limit(limit)
    )
    return [member.person for member in found]


async def topics_of_communities(db: AsyncSession, viewer: Viewer, *, limit: int = 40) -> list[Topic]:
    """What the communities are about that `viewer` may see, the most common first. One query."""
    known = (
        select(community_topic.c.topic_id, func.count().label("how_many"))
        .join(Community, Community.id == community_topic.c.community_id)
        .where(visible_communities(viewer))
        .group_by(community_topic.c.topic_id)
        .order_by(func.count().desc(), community_topic.c.topic_id)
        .limit(limit)
        .subquery()
    )
    found = select(Topic).join(known, known.c.topic_id == Topic.id)
    return list(await db.scalars(found.order_by(known.c.how_many.desc(), Topic.name)))


async def languages_of_communities(db: AsyncSession, viewer: Viewer) -> list[str]:
    """The codes of the languages in which the communities meet that `viewer` may see. One query."""
    query = select(Community.language).distinct().where(visible_communities(viewer)).limit(100)
    return sorted((await db.scalars(query)).all())


def stands_in(community_id: int, kind: str, subject: Any) -> ColumnElement[bool]:
    """Whether something stands in a community, as a condition on the column of its identifier."""
    return exists().where(
        CommunityPost.community_id == community_id,
        CommunityPost.kind == kind,
        CommunityPost.subject_id == subject,
        CommunityPost.state == "shown",
    )


def _communities() -> Select[Community]:
    return select(Community).options(joinedload(Community.company), selectinload(Community.topics))


def _members(community_id: int) -> Select[CommunityMember]:
    allied = exists().where(Partner.company_id == Company.id, Partner.state == "allied")
    return (
        select(CommunityMember)
        .join(CommunityMember.person)
        .join(Company, Company.id == Person.company_id)
        .where(
            CommunityMember.community_id == community_id,
            Person.gone_at.is_(None),
            or_(Company.is_home, allied),
        )
        .options(
            joinedload(CommunityMember.person).options(joinedload(Person.company), joinedload(Person.profile))
        )
    )


def _narrowed(viewer: Viewer, wanted: CommunityFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.company_id is not None:
        conditions.append(Community.company_id == wanted.company_id)
    if wanted.external:
        conditions.append(Community.uri.is_not(None))
    if wanted.language is not None:
        conditions.append(Community.language == wanted.language)
    if wanted.topic is not None:
        carried = select(community_topic.c.community_id).join(Topic, Topic.id == community_topic.c.topic_id)
        conditions.append(Community.id.in_(carried.where(Topic.slug == wanted.topic)))
    if wanted.mine:
        own = select(CommunityMember.community_id).where(CommunityMember.person_id == viewer.person_id)
        conditions.append(Community.id.in_(own))
    return conditions
