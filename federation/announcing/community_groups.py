"""Tells allies and followers what our communities say of themselves, and how many are in them."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.models import Community
from alliance.unit_of_work import UnitOfWork
from federation.community_documents import shown_community
from federation.community_tables import CommunityNews
from federation.outbox import send
from federation.recipients import follower_inboxes, partner_inboxes
from federation.uris import PUBLIC, Uris, community_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTOR_CONTEXT, without_context

MEMBER_NEWS_AT_ONCE = 50


async def is_member_news_due(db: AsyncSession, now: datetime) -> bool:
    """Whether `flush_member_news` would find something to tell."""
    return bool(await db.scalar(select(exists().where(CommunityNews.due_at <= now))))


async def flush_member_news(uow: UnitOfWork) -> int:
    """Tells allies how many members communities have, at most 50 of them at once; how many it told.

    Others are not told: for a reader on Mastodon the number is nothing that changes the account.
    """
    due = select(CommunityNews.community_id).where(CommunityNews.due_at <= uow.now)
    taken = await uow.db.scalars(
        delete(CommunityNews)
        .where(CommunityNews.community_id.in_(due.order_by(CommunityNews.due_at).limit(MEMBER_NEWS_AT_ONCE)))
        .returning(CommunityNews.community_id)
    )
    told = 0
    for community_id in sorted(taken.all()):
        community = await loaded_community(uow, community_id)
        if community is not None and community.state == "open" and community.audience != "company":
            await _send_update(uow, community, await partner_inboxes(uow.db))
            told += 1
    return told


async def tell_community(uow: UnitOfWork, community: Community) -> None:
    """Update of the Group to allies, and of a public one to its followers."""
    if community.audience == "company" or community.state != "open":
        return
    inboxes = await partner_inboxes(uow.db)
    if community.audience == "public":
        inboxes |= await follower_inboxes(uow.db, Uris(uow.settings.origin).community(community.id))
    await _send_update(uow, community, inboxes)


async def _send_update(uow: UnitOfWork, community: Community, inboxes: set[str]) -> None:
    if not inboxes:
        return
    uris, is_public = Uris(uow.settings.origin), community.audience == "public"
    group = uris.community(community.id)
    loaded = await loaded_community(uow, community.id) or community
    document = await shown_community(uow.db, uow.settings, loaded)
    body = activity(
        "Update",
        actor=group,
        object=without_context(document.body),
        to=[PUBLIC] if is_public else [uris.partners],
        cc=[f"{group}/followers"] if is_public else None,
        context=ACTOR_CONTEXT,
        published=uow.now,
    )
    key = community_actor(community.id)
    await send(uow, actor=key, activity=body, object_uri=group, inboxes=inboxes, is_public=is_public)


async def loaded_community(uow: UnitOfWork, community_id: int) -> Community | None:
    """A community with everything that its Group says."""
    return await uow.db.scalar(
        select(Community)
        .where(Community.id == community_id)
        .options(joinedload(Community.company), selectinload(Community.topics))
    )
