"""What an employee follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import Interest, Session, Topic
from alliance.queries.given import at_once, given_number


@dataclass(frozen=True)
class Followed:
    """Ids of the topics, experts and companies that somebody follows."""

    topics: frozenset[int] = frozenset()
    experts: frozenset[int] = frozenset()
    companies: frozenset[int] = frozenset()
    languages: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    """Of what is followed in some languages alone: which, by kind (`topic`, `expert`, `company`) and id."""

    def __bool__(self) -> bool:
        return bool(self.topics or self.experts or self.companies)

    def wants(self, session: Session) -> bool:
        """Whether something about a session is followed in its language; its topics must be loaded."""
        about = [("topic", topic.id) for topic in session.topics if topic.id in self.topics]
        if session.host_id in self.experts and session.host_id is not None:
            about.append(("expert", session.host_id))
        if session.company_id in self.companies:
            about.append(("company", session.company_id))
        return any(self._speaks(one, session.language) for one in about)

    def _speaks(self, what: tuple[str, int], language: str) -> bool:
        wanted = self.languages.get(what)
        return wanted is None or language in wanted


async def followed(db: AsyncSession, person_id: int) -> Followed:
    """What this person follows. One query."""
    rows = (await db.execute(_followed(), {"me": person_id})).all()
    return Followed(
        topics=frozenset(row.topic_id for row in rows if row.topic_id is not None),
        experts=frozenset(row.expert_id for row in rows if row.expert_id is not None),
        companies=frozenset(row.company_id for row in rows if row.company_id is not None),
        languages={_kind_and_id(row): frozenset(row.languages) for row in rows if row.languages},
    )


def _kind_and_id(row: Any) -> tuple[str, int]:
    found = (("topic", row.topic_id), ("expert", row.expert_id), ("company", row.company_id))
    return next(one for one in found if one[1] is not None)


def is_wanted_in(language: str) -> ColumnElement[bool]:
    """An interest in whatever language, or in this one, as a condition on `Interest`."""
    # Stored as JSON, ["de", "en"], which both databases compare as text; codes are letters alone.
    return or_(Interest.languages.is_(None), cast(Interest.languages, String).contains(f'"{language}"'))


@cache
def _followed() -> Any:
    columns = (Interest.topic_id, Interest.expert_id, Interest.company_id, Interest.languages)
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
