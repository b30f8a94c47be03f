"""Lets the people of the demo found communities, join each other's, and put their sessions there."""

from collections.abc import Sequence

from sqlalchemy import func, select

from alliance.communities import CommunityDraft, found_community
from alliance.community_members import appoint, join_community
from alliance.community_posts import post_session
from alliance.models import Community, CommunityPost, Employee
from alliance.unit_of_work import UnitOfWork
from web.demo.content.communities import COMMUNITIES, DemoCommunity
from web.demo.progress import Storyteller
from web.demo.stage_alliance import until
from web.demo.stage_company import Cast


async def found_communities(casts: Sequence[Cast]) -> None:
    """Each in its owner's company, with colleagues; allies find them when they look for the first time."""
    for cast in casts:
        for community in COMMUNITIES:
            if community.owner in cast.people:
                async with cast.federation.instance.unit_of_work() as uow:
                    await _found(uow, cast, community)


async def join_communities(casts: Sequence[Cast], story: Storyteller) -> None:
    """People of the other companies join and put their sessions there, once everybody sees everybody."""
    for cast in casts:
        theirs = [one for one in COMMUNITIES if one.owner not in cast.people]
        await until(lambda: _knows(cast, len(theirs)), f"{cast.name} seeing communities")  # noqa: B023
        async with cast.federation.instance.unit_of_work() as uow:
            for community in theirs:
                await _enter(uow, cast, community)
    await until(lambda: _is_settled(casts), "sessions standing in communities")
    story.says(f"{len(COMMUNITIES)} communities have members in all three companies.")


async def _found(uow: UnitOfWork, cast: Cast, community: DemoCommunity) -> None:
    owner = await uow.db.get_one(Employee, cast.people[community.owner])
    draft = CommunityDraft(
        name=community.name,
        description=community.description,
        slug=community.slug,
        audience=community.audience,
        language=community.language,
        topics=community.topics,
    )
    founded = await found_community(uow, owner, draft)
    await _join(uow, cast, community, founded.id)
    for key in community.moderators:
        await _enter_one(uow, cast, founded.id, key, is_shown=True)
        await appoint(uow, founded.id, owner, cast.people[key], "moderator")
    await _post(uow, cast, community, founded.id)


async def _enter(uow: UnitOfWork, cast: Cast, community: DemoCommunity) -> None:
    known = select(Community.id).where(Community.slug == community.slug, Community.uri.is_not(None))
    number = await uow.db.scalar(known)
    if number is not None:
        await _join(uow, cast, community, number)
        await _post(uow, cast, community, number)


async def _join(uow: UnitOfWork, cast: Cast, community: DemoCommunity, number: int) -> None:
    for keys, is_shown in ((community.shown, True), (community.hidden, False)):
        for key in keys:
            await _enter_one(uow, cast, number, key, is_shown=is_shown)


async def _enter_one(uow: UnitOfWork, cast: Cast, number: int, key: str, *, is_shown: bool) -> None:
    if key in cast.people:
        somebody = await uow.db.get_one(Employee, cast.people[key])
        await join_community(uow, number, somebody, is_shown=is_shown)


async def _post(uow: UnitOfWork, cast: Cast, community: DemoCommunity, number: int) -> None:
    """The sessions of this company among them, each put there by its host; hosts are members."""
    for session_id, session in zip(cast.sessions, cast.company.sessions, strict=True):
        if session.title in community.sessions:
            host = await uow.db.get_one(Employee, cast.people[session.host])
            await join_community(uow, number, host, is_shown=True)
            await post_session(uow, number, session_id, host)


async def _knows(cast: Cast, how_many: int) -> bool:
    async with cast.federation.instance.reading() as db:
        known = select(func.count()).select_from(Community).where(Community.uri.is_not(None))
        return (await db.scalar(known) or 0) >= how_many


async def _is_settled(casts: Sequence[Cast]) -> bool:
    """Nothing waits for a yes any more."""
    for cast in casts:
        async with cast.federation.instance.reading() as db:
            waiting = select(CommunityPost.id).where(CommunityPost.state == "waiting").limit(1)
            if await db.scalar(waiting) is not None:
                return False
    return True
