"""Topics as a viewer finds them: by the beginning of a word, by how much is said under them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import (
    ExpertProfile,
    Person,
    Posting,
    Session,
    Topic,
    expert_topic,
    posting_topic,
    session_topic,
)
from alliance.visibility import Viewer, visible_profiles, visible_sessions

DAYS = 7
MOST_COUNTED = 5_000
"""Postings; beyond that numbers of days say less than they could."""

Uses = dict[str, dict[int, tuple[int, int]]]
"""By slug and days ago: how many postings, of how many accounts."""


@dataclass(frozen=True)
class Trend:
    """A topic and how many sessions carry it."""

    slug: str
    count: int


async def topics_beginning(db: AsyncSession, viewer: Viewer, start: str, limit: int) -> list[str]:
    """Slugs that begin like that, of topics under which the viewer finds something. One query."""
    if not start:
        return []
    rows = await db.scalars(
        select(Topic.slug)
        .where(Topic.slug.startswith(start, autoescape=True), _has_something(viewer))
        .order_by(func.length(Topic.slug), Topic.slug)
        .limit(limit)
    )
    return list(rows)


async def topics_to_see(db: AsyncSession, viewer: Viewer, slugs: Sequence[str]) -> list[Topic]:
    """Those of these topics under which the viewer finds something, by slug. One query, none for nothing."""
    if not slugs:
        return []
    query = select(Topic).where(Topic.slug.in_(slugs), _has_something(viewer)).order_by(Topic.slug)
    return list(await db.scalars(query))


async def uses_of(db: AsyncSession, viewer: Viewer, slugs: Sequence[str], now: datetime) -> Uses:
    """How much was said under these topics on each of the last days, as far as the viewer sees it.

    One query.
    """
    if not slugs:
        return {}
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = await db.execute(
        _carried(viewer)
        .add_columns(Posting.created_at, Posting.author_id)
        .where(Topic.slug.in_(slugs), Posting.created_at >= midnight - timedelta(days=DAYS - 1))
        .order_by(Posting.id.desc())
        .limit(MOST_COUNTED)
    )
    found: dict[str, dict[int, list[int]]] = {}
    for slug, created_at, author_id in rows.all():
        ago = max(0, (midnight.date() - created_at.astimezone(UTC).date()).days)
        found.setdefault(slug, {}).setdefault(ago, []).append(author_id)
    return {
        slug: {ago: (len(authors), len(set(authors))) for ago, authors in days.items()}
        for slug, days in found.items()
    }


async def trending_topics(
    db: AsyncSession, viewer: Viewer, now: datetime, *, limit: int, offset: int = 0
) -> list[Trend]:
    """Those under which most was published in the last thirty days. One query."""
    rows = await db.execute(
        _carried(viewer)
        .add_columns(func.count().label("said"))
        .where(Posting.created_at > now - timedelta(days=30))
        .group_by(Topic.slug)
        .order_by(func.count().desc(), Topic.slug)
        .limit(limit)
        .offset(offset)
    )
    return [Trend(slug, count) for slug, count in rows.all()]


def _carried(viewer: Viewer) -> Select[str]:
    """Slugs, once for each session under them that the viewer sees."""
    return (
        select(Topic.slug)
        .join(posting_topic, posting_topic.c.topic_id == Topic.id)
        .join(Posting, Posting.id == posting_topic.c.posting_id)
        .join(Session, Session.id == Posting.session_id)
        .where(Posting.kind == "session", Posting.gone_at.is_(None), visible_sessions(viewer))
    )


def _has_something(viewer: Viewer) -> ColumnElement[bool]:
    """That a topic is there tells something, too: of a draft, of another company's plans."""
    session = exists().where(
        session_topic.c.topic_id == Topic.id,
        session_topic.c.session_id == Session.id,
        Session.status != "draft",
        visible_sessions(viewer),
    )
    expert = exists().where(
        and_(expert_topic.c.topic_id == Topic.id, expert_topic.c.person_id == Person.id),
        ExpertProfile.person_id == Person.id,
        visible_profiles(viewer),
    )
    return or_(session, expert)
