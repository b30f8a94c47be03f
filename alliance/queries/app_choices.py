"""What one of our people chose for their apps, or what holds until they choose."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import FeaturedTopic, NoticePolicy, ReadingMarker, WritingChoice

NOTICE_GROUPS = (
    "not_following",
    "not_followers",
    "new_accounts",
    "private_mentions",
    "limited_accounts",
)
UNCHOSEN: Mapping[str, str] = MappingProxyType(dict.fromkeys(NOTICE_GROUPS, "accept"))
ONCE_CHOSEN: Mapping[str, Any] = MappingProxyType(
    {"visibility": "private", "is_sensitive": False, "language": None}
)
"""`private` is our alliance: what somebody writes in an app goes no further unless they say so."""


async def notice_policy(db: AsyncSession, person_id: int) -> NoticePolicy:
    """How notifications are treated; everything is accepted until somebody chooses. One query."""
    found = await db.get(NoticePolicy, person_id)
    return found or NoticePolicy(person_id=person_id, **UNCHOSEN)


async def writing_choice(db: AsyncSession, person_id: int) -> WritingChoice:
    """How apps write unless told otherwise. One query."""
    found = await db.get(WritingChoice, person_id)
    return found or WritingChoice(person_id=person_id, **ONCE_CHOSEN)


async def markers(db: AsyncSession, person_id: int, timelines: Sequence[str]) -> list[ReadingMarker]:
    """How far these timelines have been read, where that was remembered. One query."""
    rows = await db.scalars(
        select(ReadingMarker)
        .where(ReadingMarker.person_id == person_id, ReadingMarker.timeline.in_(timelines))
        .order_by(ReadingMarker.timeline)
    )
    return list(rows)


async def featured_topics(db: AsyncSession, person_id: int) -> list[FeaturedTopic]:
    """What somebody shows on their profile, with the topics, by age. One query."""
    rows = await db.scalars(
        select(FeaturedTopic)
        .where(FeaturedTopic.person_id == person_id)
        .order_by(FeaturedTopic.id)
        .options(joinedload(FeaturedTopic.topic))
    )
    return list(rows)
