"""Channels elsewhere: which there are, what came of the last attempts, and what one is to be told now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from alliance.models import (
    MOST_DELIVERIES,
    Person,
    Session,
    Story,
    Webhook,
    WebhookDelivery,
    WebhookNews,
    Wish,
)
from alliance.webhook_visibility import told_sessions, told_stories, told_wishes


@dataclass(frozen=True)
class Told:
    """The things that news are about, by number: those alone that the readers of the channel may see."""

    sessions: Mapping[int, Session]
    stories: Mapping[int, Story]
    wishes: Mapping[int, Wish]


async def webhooks(db: AsyncSession, *, community_id: int | None = None) -> Sequence[Webhook]:
    """All of them, or those of a community, with community and topic; by name. One query."""
    query = (
        select(Webhook)
        .options(joinedload(Webhook.community), joinedload(Webhook.topic))
        .order_by(Webhook.name, Webhook.id)
    )
    if community_id is not None:
        query = query.where(Webhook.community_id == community_id)
    return (await db.scalars(query)).all()


async def webhook_with_id(db: AsyncSession, webhook_id: int) -> Webhook | None:
    """One of them, with community and topic."""
    return await db.scalar(
        select(Webhook)
        .where(Webhook.id == webhook_id)
        .options(joinedload(Webhook.community), joinedload(Webhook.topic))
    )


async def deliveries(db: AsyncSession, webhook_id: int) -> Sequence[WebhookDelivery]:
    """The last attempts, newest first."""
    rows = await db.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(MOST_DELIVERIES)
    )
    return rows.all()


async def told_by(db: AsyncSession, hook: Webhook, news: Sequence[WebhookNews]) -> Told:
    """What these news are about, as it is now; six queries at most, whatever their number."""
    ids: dict[str, set[int]] = {"session": set(), "story": set(), "wish": set()}
    for one in news:
        ids[one.kind if one.kind in ids else "session"].add(one.subject_id)
    return Told(
        await _sessions(db, hook.reach, ids["session"]),
        await _stories(db, hook.reach, ids["story"]),
        await _wishes(db, hook.reach, ids["wish"]),
    )


async def _sessions(db: AsyncSession, reach: str, ids: set[int]) -> dict[int, Session]:
    if not ids:
        return {}
    query = (
        select(Session)
        .where(Session.id.in_(ids), told_sessions(reach))
        .options(joinedload(Session.company), joinedload(Session.host), selectinload(Session.topics))
    )
    return {one.id: one for one in await db.scalars(query)}


async def _stories(db: AsyncSession, reach: str, ids: set[int]) -> dict[int, Story]:
    if not ids:
        return {}
    query = (
        select(Story)
        .join(Person, Person.id == Story.author_id)
        .where(Story.id.in_(ids), told_stories(reach))
        .options(contains_eager(Story.author).joinedload(Person.company))
    )
    return {one.id: one for one in await db.scalars(query)}


async def _wishes(db: AsyncSession, reach: str, ids: set[int]) -> dict[int, Wish]:
    if not ids:
        return {}
    query = (
        select(Wish)
        .join(Person, Person.id == Wish.author_id)
        .where(Wish.id.in_(ids), told_wishes(reach))
        .options(contains_eager(Wish.author).joinedload(Person.company), selectinload(Wish.topics))
    )
    return {one.id: one for one in await db.scalars(query)}
