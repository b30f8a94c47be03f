"""Sessions that somebody did not ask for: of what they follow, and like the one they look at."""

from collections.abc import Sequence
from datetime import datetime
from math import log2
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import SearchDocument, Session, session_topic
from alliance.queries.interests import Followed
from alliance.queries.search_index import Alternatives, matching
from alliance.queries.search_marks import (
    audience_mark,
    company_mark,
    host_mark,
    kind_mark,
    minute_place,
    topic_mark,
)
from alliance.queries.sessions import sessions_with_ids
from alliance.visibility import Viewer, visible_sessions

# Of each topic so many are looked at, and a topic is counted no further.
_NEAREST = 40
_COUNTED = 1000
# As much as a topic that a handful of sessions share.
_SAME_LANGUAGE = 0.4


async def for_you(
    db: AsyncSession, viewer: Viewer, what: Followed, *, now: datetime, limit: int = 4
) -> list[Session]:
    """The next sessions of the topics, experts and companies that the viewer follows. Three queries.

    Without those that the viewer hosts. An expert who is not shown as host is not found by being followed.
    """
    marks = (
        *map(topic_mark, sorted(what.topics)),
        *map(host_mark, sorted(what.experts)),
        *map(company_mark, sorted(what.companies)),
    )
    if not marks:
        return []
    query = _next(db, viewer, marks, now).where(Session.host_id.is_distinct_from(viewer.person_id))
    rows = await db.scalars(query.limit(limit))
    return await sessions_with_ids(db, viewer, list(rows.all()))


async def similar(
    db: AsyncSession, viewer: Viewer, session: Session, *, now: datetime, limit: int = 3
) -> list[Session]:
    """The next sessions that share topics with this one: a rare topic counts more, the same language too.

    `topics` must be loaded. Four queries, none without topics.
    """
    topics = [topic.id for topic in session.topics]
    if not topics:
        return []
    rarity = await _rarity(db, topics)
    parts = [
        _next(db, viewer, (topic_mark(topic),), now)
        .add_columns(literal(topic).label("topic"), Session.language, Session.starts_at)
        .where(Session.id != session.id)
        .limit(_NEAREST)
        for topic in topics
    ]
    rows = (await db.execute(union_all(*(select(part.subquery()) for part in parts)))).all()
    weights: dict[int, float] = {}
    starts: dict[int, datetime] = {}
    for row in rows:
        same = _SAME_LANGUAGE if row.language == session.language else 0.0
        weights[row.object_id] = weights.get(row.object_id, same) + rarity[row.topic]
        starts[row.object_id] = row.starts_at
    best = sorted(weights, key=lambda number: (-weights[number], starts[number]))[:limit]
    return await sessions_with_ids(db, viewer, best)


def _next(db: AsyncSession, viewer: Viewer, marks: Sequence[str], now: datetime) -> Any:
    asked = [Alternatives(marks=tuple(marks)), Alternatives(marks=(kind_mark("session"),))]
    if viewer.kind == "stranger":
        asked.append(Alternatives(marks=(audience_mark("public"),)))
    query, place = matching(db, asked)
    return (
        query.join(Session, Session.id == SearchDocument.object_id)
        .where(visible_sessions(viewer), place >= minute_place(now), Session.starts_at > now)
        .where(Session.status.in_(("scheduled", "tentative")))
        .order_by(place)
    )


async def _rarity(db: AsyncSession, topics: Sequence[int]) -> dict[int, float]:
    """How much it says that two sessions share a topic: 1 for one of a single session, less for others."""
    parts = []
    for topic in topics:
        carried = select(session_topic.c.topic_id).where(session_topic.c.topic_id == topic).limit(_COUNTED)
        parts.append(select(func.count()).select_from(carried.subquery()))
    counts = (await db.scalars(union_all(*parts))).all()
    return {topic: 1 / log2(1 + max(1, count)) for topic, count in zip(topics, counts, strict=True)}
