"""What an employee follows."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import Interest, Topic
from alliance.queries.given import at_once, given_number


@dataclass(frozen=True)
class Followed:
    """Ids of the topics, experts and companies that somebody follows."""

    topics: frozenset[int] = frozenset()
    experts: frozenset[int] = frozenset()
    companies: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.topics or self.experts or self.companies)


async def followed(db: AsyncSession, person_id: int) -> Followed:
    """What this person follows. One query."""
    rows = (await db.execute(_followed(), {"me": person_id})).all()
    return Followed(
        topics=frozenset(row.topic_id for row in rows if row.topic_id is not None),
        experts=frozenset(row.expert_id for row in rows if row.expert_id is not None),
        companies=frozenset(row.company_id for row in rows if row.company_id is not None),
    )


@cache
def _followed() -> Any:
    columns = (Interest.topic_id, Interest.expert_id, Interest.company_id)
    return at_once(select(*columns).where(Interest.person_id == given_number("me")))


async def interests(db: AsyncSession, person_id: int) -> list[Interest]:
    """The same with topic, expert and company loaded, the newest first. One query."""
    rows = await db.scalars(
        select(Interest)
        .where(Interest.person_id == person_id)
        .order_by(Interest.since.desc(), Interest.id.desc())
        .options(joinedload(Interest.topic), joinedload(Interest.expert), joinedload(Interest.company))
    )
    return list(rows.all())


async def follows(db: AsyncSession, person_id: int, kind: str, key: str) -> bool:
    """Whether this person follows a topic (by slug), an expert or a company (by id). One query."""
    query = select(Interest.id).where(Interest.person_id == person_id, is_about(kind, key)).limit(1)
    return await db.scalar(query) is not None


def is_about(kind: str, key: str) -> ColumnElement[bool]:
    """An interest in that topic (slug), expert or company (id), as a condition on `Interest`."""
    if kind == "topic":
        return Interest.topic_id == select(Topic.id).where(Topic.slug == key).scalar_subquery()
    column = Interest.expert_id if kind == "expert" else Interest.company_id
    return column == int(key)
