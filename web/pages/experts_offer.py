"""By what the directory of experts can be narrowed: looked up once a minute, among all of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.queries.people import languages_of_experts, topics_of_experts
from alliance.visibility import Viewer


@dataclass(frozen=True)
class Offer:
    """Topics as slug and name, and codes of languages."""

    topics: tuple[tuple[str, str], ...]
    languages: frozenset[str]


class ExpertsOffer:
    """One for each application; who is found is asked each time, only what is offered is a minute old."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int | None], tuple[datetime, Offer]] = {}

    async def to(self, db: AsyncSession, viewer: Viewer, now: datetime) -> Offer:
        """What experts know about and speak whom `viewer` may see, which is the same for all of their kind.

        Two queries when the minute is a new one.
        """
        kind, minute = (viewer.kind, viewer.company_id), now.replace(second=0, microsecond=0)
        known = self._known.get(kind)
        if known is None or known[0] != minute:
            known = minute, await _asked(db, viewer)
            self._known[kind] = known
        return known[1]


async def _asked(db: AsyncSession, viewer: Viewer) -> Offer:
    topics = await topics_of_experts(db, viewer)
    named = sorted(((topic.slug, topic.name) for topic in topics), key=lambda pair: pair[1].casefold())
    return Offer(tuple(named), frozenset(await languages_of_experts(db, viewer)))
