"""Where we stand with each external source, as it is: also when its server is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Source
from alliance.queries.sources import sources, upcoming_counts
from federation.models import Delivery, Destination, Follow, OutboxActivity

UNREACHABLE_SENTENCE = "{host} can't be reached."
NOT_TAKEN_SENTENCE = "{host} did not take our question."
SILENT_SENTENCE = "{host} has not taken our question yet. We keep trying."


@dataclass(frozen=True)
class SourceStanding:
    """A source, where we stand with it in one word, why and since when; `sentence` is a msgid or empty."""

    source: Source
    word: str
    since: datetime
    upcoming: int
    sentence: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


async def source_standings(db: AsyncSession, now: datetime) -> list[SourceStanding]:
    """Every source by name. Four queries, however many there are."""
    return await standings_of(db, await sources(db), now)


async def standings_of(db: AsyncSession, found: Sequence[Source], now: datetime) -> list[SourceStanding]:
    """Where we stand with these. Three queries, however many there are."""
    counts = await upcoming_counts(db, now)
    silent = await _silent(db, [source.host for source in found])
    unheard = await _not_taken(db, [source.uri for source in found])
    return [_standing(source, counts.get(source.company_id, 0), silent, unheard) for source in found]


def _standing(source: Source, upcoming: int, silent: set[str], unheard: set[str]) -> SourceStanding:
    word, host = source.standing, (("host", source.host),)
    if word == "unreachable":
        told = dict(source.failure)
        sentence = told.pop("sentence", UNREACHABLE_SENTENCE)
        parameters = tuple(({"host": source.host} | told).items())
        since = source.failing_since or source.since
        return SourceStanding(source, word, since, upcoming, sentence, parameters)
    if word == "asked" and source.uri in unheard:
        return SourceStanding(source, "unreachable", source.since, upcoming, NOT_TAKEN_SENTENCE, host)
    if word == "asked" and source.host in silent:
        return SourceStanding(source, "unreachable", source.since, upcoming, SILENT_SENTENCE, host)
    return SourceStanding(source, word, source.since, upcoming)


async def _silent(db: AsyncSession, hosts: list[str]) -> set[str]:
    failing = select(Destination.host).where(Destination.host.in_(hosts), Destination.failures > 0)
    return set((await db.scalars(failing)).all())


async def _not_taken(db: AsyncSession, uris: list[str]) -> set[str]:
    """Those whose server refused our Follow for good, or did not answer for days."""
    rows = await db.scalars(
        select(OutboxActivity.object_uri)
        .join(Delivery, Delivery.activity_id == OutboxActivity.id)
        .join(Follow, Follow.followed_uri == OutboxActivity.object_uri)
        .where(
            OutboxActivity.object_uri.in_(uris),
            OutboxActivity.type == "Follow",
            Delivery.state == "dead",
            Follow.state == "asked",
            OutboxActivity.created_at >= Follow.created_at,
        )
    )
    return set(rows.all())
