"""Our communities as documents: the Group, what stands in it, and the list that allies read."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from alliance.errors import Gone, NotFound
from alliance.models import Community, CommunityPost, Session
from alliance.queries.communities import community as find_community
from alliance.queries.communities import owners_of
from alliance.queries.companies import home_company
from alliance.settings import Settings
from alliance.visibility import Viewer, visible_communities
from federation.documents import Document, eyes_of, keys_of, tombstone
from federation.our_actors import decided
from federation.translate.community_group import group_of
from federation.uris import LARGEST_ID, PUBLIC, Uris, community_actor, identifier
from federation.vocabulary.activities import activity
from federation.vocabulary.collections import collection, collection_page
from federation.vocabulary.contexts import ACTOR_CONTEXT, with_context, without_context
from federation.vocabulary.values import Json

PER_PAGE = 20
FEATURED = 20
_FIRST_PAGE = "true"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def community_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, community_id: int
) -> Document:
    """One of our communities as a Group, or its Tombstone once it was ended. Raises NotFound."""
    eyes = await eyes_of(db, viewer, settings)
    try:
        community = await find_community(db, eyes, community_id)
    except Gone:
        gone = await db.get_one(Community, community_id)
        found = tombstone(Uris(settings.origin).community(community_id), gone.closed_at, former="Group")
        return replace(found, is_public=gone.audience == "public")
    return await shown_community(db, settings, community)


async def shown_community(db: AsyncSession, settings: Settings, community: Community) -> Document:
    """The same for whoever it is meant for; company and topics must be loaded."""
    key = community_actor(community.id)
    group = group_of(
        community,
        await home_company(db),
        await owners_of(db, community.id),
        Uris(settings.origin),
        await keys_of(db, key),
        is_open=settings.federation == "open",
    )
    group = replace(group, actor=(await decided(db, key)).on(group.actor))
    body = with_context(ACTOR_CONTEXT, group.as_json())
    return Document(body, community.updated_at, is_public=community.audience == "public")


async def communities_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, page: str | None
) -> Document:
    """The communities of the company that `viewer` may see; allies list them among their own.

    Raises NotFound for a page that can't be.
    """
    eyes = await eyes_of(db, viewer, settings)
    address = f"{Uris(settings.origin).company}/communities"
    if page is None:
        total = await db.scalar(select(func.count()).select_from(Community).where(visible_communities(eyes)))
        body = collection(address, total or 0, first=f"{address}?page={_FIRST_PAGE}")
        return Document(body, _EPOCH, is_public=eyes.company_id is None)
    before = LARGEST_ID if page == _FIRST_PAGE else identifier(page)
    if before is None:
        raise NotFound
    rows = await db.scalars(
        select(Community)
        .where(visible_communities(eyes), Community.id < before)
        .order_by(Community.id.desc())
        .limit(PER_PAGE + 1)
        .options(selectinload(Community.topics))
    )
    found = list(rows)
    body = collection_page(
        f"{address}?page={page}",
        part_of=address,
        items=[await _item(db, settings, one) for one in found[:PER_PAGE]],
        next_page=f"{address}?page={found[PER_PAGE - 1].id}" if len(found) > PER_PAGE else None,
        context=ACTOR_CONTEXT,
    )
    return Document(body, _EPOCH, is_public=eyes.company_id is None)


async def community_featured(
    db: AsyncSession, viewer: Viewer, settings: Settings, community_id: int, *, now: datetime
) -> Document:
    """Addresses of the next sessions that stand in it, as far as they are for `viewer`. Raises NotFound."""
    eyes, community = await _seen(db, viewer, settings, community_id)
    uris = Uris(settings.origin)
    rows = await db.scalars(
        select(Session)
        .join(CommunityPost, and_(CommunityPost.subject_id == Session.id, CommunityPost.kind == "session"))
        .where(
            CommunityPost.community_id == community.id,
            CommunityPost.state == "shown",
            CommunityPost.announced.in_(_announced_to(eyes)),
            Session.withdrawn_at.is_(None),
            Session.status.in_(("scheduled", "tentative")),
            Session.starts_at > now,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(FEATURED)
    )
    items = [session.uri or uris.session(session.id) for session in rows]
    body = collection(f"{uris.community(community.id)}/featured", len(items), items=items)
    return Document(body, _EPOCH, is_public=eyes.company_id is None)


async def community_outbox(
    db: AsyncSession, viewer: Viewer, settings: Settings, community_id: int, page: str | None
) -> Document:
    """What it announced and still stands in it, newest first, each by its address. Raises NotFound."""
    eyes, community = await _seen(db, viewer, settings, community_id)
    uris = Uris(settings.origin)
    address = f"{uris.community(community.id)}/outbox"
    there = and_(
        CommunityPost.community_id == community.id,
        CommunityPost.kind == "session",
        CommunityPost.state == "shown",
        CommunityPost.announced.in_(_announced_to(eyes)),
        CommunityPost.announcement.is_not(None),
        Session.withdrawn_at.is_(None),
    )
    posts = select(CommunityPost, Session.uri).join(Session, Session.id == CommunityPost.subject_id)
    if page is None:
        total = await db.scalar(select(func.count()).select_from(posts.where(there).subquery()))
        body = collection(address, total or 0, first=f"{address}?page={_FIRST_PAGE}")
        return Document(body, _EPOCH, is_public=eyes.company_id is None)
    before = LARGEST_ID if page == _FIRST_PAGE else identifier(page)
    if before is None:
        raise NotFound
    query = posts.where(there, CommunityPost.id < before).order_by(CommunityPost.id.desc())
    found = (await db.execute(query.limit(PER_PAGE + 1))).all()
    body = collection_page(
        f"{address}?page={page}",
        part_of=address,
        items=[_announce(uris, post, uri) for post, uri in found[:PER_PAGE]],
        next_page=f"{address}?page={found[PER_PAGE - 1][0].id}" if len(found) > PER_PAGE else None,
    )
    return Document(body, _EPOCH, is_public=eyes.company_id is None)


async def _seen(
    db: AsyncSession, viewer: Viewer, settings: Settings, community_id: int
) -> tuple[Viewer, Community]:
    eyes = await eyes_of(db, viewer, settings)
    return eyes, await find_community(db, eyes, community_id)


async def _item(db: AsyncSession, settings: Settings, community: Community) -> Json:
    return without_context((await shown_community(db, settings, community)).body)


def _announced_to(eyes: Viewer) -> tuple[str, ...]:
    return ("public",) if eyes.company_id is None else ("public", "alliance")


def _announce(uris: Uris, post: CommunityPost, uri: str | None) -> Json:
    group = uris.community(post.community_id)
    is_public = post.announced == "public"
    made = activity(
        "Announce",
        id=uris.activity(post.announcement or 0),
        actor=group,
        object=uri or uris.session(post.subject_id),
        to=[PUBLIC] if is_public else [uris.partners],
        cc=[f"{group}/followers"] if is_public else None,
        published=post.created_at,
    )
    return without_context(made)
