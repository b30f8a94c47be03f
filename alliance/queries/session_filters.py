"""What a viewer wants to see of the sessions, and what that means as conditions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    extract,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import CommunityPost, Session, Topic, session_topic
from alliance.queries.given import given_moment, given_number, given_text
from alliance.visibility import is_external

# Up to so many sessions of a topic it is quicker to look each of them up.
_RARE = 5000
# No session lasts longer (partners' are cut to it), so what is still running began after this.
LONGEST = timedelta(hours=72)


@dataclass(frozen=True)
class PartOfDay:
    """Between two moments: sessions that begin from this minute of the day in UTC until before that one.

    A part that ends at or before it begins goes over midnight.
    """

    since: datetime
    until: datetime
    first_minute: int
    last_minute: int


@dataclass(frozen=True, kw_only=True)
class SessionFilter:
    """What a viewer wants to see. Moments are aware; None and False ask for nothing."""

    company_id: int | None = None
    host_id: int | None = None
    """Whoever hosts it; whether a viewer is told who that is, `visibility.shown_host` says."""
    external: bool = False
    """Only sessions of other companies."""
    from_sources: bool = False
    """Only what external sources list."""
    series_id: int | None = None
    """Only its dates; whether a viewer may know of it, `visibility.visible_series` says."""
    leaders: bool = False
    """Only those in which leaders share."""
    community_id: int | None = None
    """What stands in it; whether a viewer may know of it, `visibility.visible_communities` says."""
    topic: str | None = None
    """Slug."""
    language: str | None = None
    free_places: bool = False
    place: str | None = None
    audience: str | None = None
    since: datetime | None = None
    """Begins at this moment or later; else what has not ended yet."""
    until: datetime | None = None
    """Begins before this moment."""
    past: bool = False
    """What is over instead of what is to come, the latest first."""
    where: Literal["online", "place"] | None = None
    """Where one can take part: hybrid sessions are both."""
    parts_of_day: tuple[PartOfDay, ...] | None = None
    """Begins within one of these."""


EVERYTHING = SessionFilter()

_EQUATIONS = {
    "company_id": given_number,
    "host_id": given_number,
    "series_id": given_number,
    "language": given_text,
    "place": given_text,
    "audience": given_text,
}
_GIVEN = {
    **_EQUATIONS,
    "community_id": given_number,
    "topic": given_text,
    "since": given_moment,
    "until": given_moment,
}


@dataclass(frozen=True)
class Narrowing:
    """A filter whose values stand for all values, so that statements with its conditions can be kept by it.

    The same object for the same kind of filter. The values come with the parameters, `now` and `long_ago`
    (LONGEST before now) among them.
    """

    wanted: SessionFilter
    dialect: str
    topic_is_rare: bool = False

    def equations(self) -> list[ColumnElement[bool]]:
        """What the database may find by an index of its own."""
        values = ((getattr(Session, name), getattr(self.wanted, name)) for name in _EQUATIONS)
        return [column == value for column, value in values if value is not None]

    def conditions(self) -> list[ColumnElement[bool]]:
        """All that is asked for, except when sessions are."""
        wanted, conditions = self.wanted, self.equations()
        if wanted.topic is not None:
            conditions.append(_has_topic(wanted.topic, self.dialect, is_rare=self.topic_is_rare))
        if wanted.community_id is not None:
            conditions.append(Session.id.in_(_posted_in(wanted.community_id)))
        if wanted.where is not None:
            there = ("online" if wanted.where == "online" else "on_site", "hybrid")
            conditions.append(Session.place.in_(there))
        if wanted.parts_of_day is not None:
            conditions.append(_within(wanted.parts_of_day, self.dialect))
        return conditions + _flags(wanted)

    def in_time(self) -> list[ColumnElement[bool]]:
        """When they are."""
        wanted, now = self.wanted, given_moment("now")
        ends = [] if wanted.until is None else [Session.starts_at < wanted.until]
        if wanted.past:
            begins = [] if wanted.since is None else [Session.starts_at >= wanted.since]
            return [Session.starts_at <= now, Session.ends_at <= now, *begins, *ends]
        if wanted.since is None:
            return [Session.starts_at > given_moment("long_ago"), Session.ends_at > now, *ends]
        return [Session.starts_at >= wanted.since, *ends]


async def narrowing(
    db: AsyncSession, wanted: SessionFilter, now: datetime
) -> tuple[Narrowing, dict[str, Any]]:
    """What `wanted` asks for as conditions on `Session`, and the parameters. One query for a topic."""
    given = {name: value for name in _GIVEN if (value := getattr(wanted, name)) is not None}
    is_rare = wanted.topic is not None and await _is_rare(db, wanted.topic)
    nothing: dict[str, Any] = dict.fromkeys(given)
    anything = replace(wanted, **nothing)
    kind = _narrowing(anything, tuple(given), db.get_bind().dialect.name, is_rare)
    return kind, {**given, "now": now, "long_ago": now - LONGEST}


@lru_cache(maxsize=512)
def _narrowing(anything: SessionFilter, given: tuple[str, ...], dialect: str, is_rare: bool) -> Narrowing:
    stand_ins: dict[str, Any] = {name: _GIVEN[name](name) for name in given}
    return Narrowing(replace(anything, **stand_ins), dialect, is_rare)


def is_from_elsewhere() -> ColumnElement[bool]:
    """A session of another company, as a condition on `Session`."""
    return Session.uri.is_not(None)


def _flags(wanted: SessionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.external:
        conditions.append(is_from_elsewhere())
    if wanted.from_sources:
        conditions.append(is_external())
    if wanted.leaders:
        conditions.append(and_(Session.is_leaders))  # as the partial index says it
    if wanted.free_places:
        conditions.append(or_(Session.capacity.is_(None), Session.going_count < Session.capacity))
        conditions.append(Session.status == "scheduled")
    return conditions


def _posted_in(community_id: int) -> Select[int]:
    return select(CommunityPost.subject_id).where(
        CommunityPost.community_id == community_id,
        CommunityPost.kind == "session",
        CommunityPost.state == "shown",
    )


def _within(parts: Sequence[PartOfDay], dialect: str) -> ColumnElement[bool]:
    minute = _minute_of_day(dialect)
    either = []
    for part in parts:
        begins, ends = minute >= part.first_minute, minute < part.last_minute
        over_midnight = part.last_minute <= part.first_minute
        within = or_(begins, ends) if over_midnight else and_(begins, ends)
        either.append(and_(Session.starts_at >= part.since, Session.starts_at < part.until, within))
    return or_(false(), *either)


def _minute_of_day(dialect: str) -> ColumnElement[int]:
    """Minutes since midnight in UTC at which a session begins."""
    if dialect == "sqlite":
        # As text: "2026-03-17 09:00:00.000000".
        hour, minute = (cast(func.substr(Session.starts_at, place, 2), Integer) for place in (12, 15))
    else:
        there = func.timezone("UTC", Session.starts_at)
        hour, minute = (cast(extract(part, there), Integer) for part in ("hour", "minute"))
    return hour * 60 + minute


def _has_topic(slug: str, dialect: str, *, is_rare: bool) -> ColumnElement[bool]:
    """Sessions of a rare topic are looked up one by one, those of a common one are met on the way."""
    topic, carried = _carried(slug)
    if is_rare:
        return Session.id.in_(carried)
    carries = select(session_topic.c.topic_id)
    carries = carries.where(session_topic.c.session_id == Session.id, session_topic.c.topic_id == topic)
    # PostgreSQL takes every topic for one of middling size and would join all of a common one first; what has
    # an offset it asks row by row.
    return (carries.offset(0) if dialect == "postgresql" else carries).exists()


async def _is_rare(db: AsyncSession, slug: str) -> bool:
    return (await db.scalar(_counted(), {"topic": slug}) or 0) <= _RARE


@cache
def _counted() -> Select[int]:
    _, carried = _carried(given_text("topic"))
    return select(func.count()).select_from(carried.limit(_RARE + 1).subquery())


def _carried(slug: str) -> tuple[Any, Select[int]]:
    """A topic's id, and the ids of the sessions that carry it."""
    topic = select(Topic.id).where(Topic.slug == slug).scalar_subquery()
    return topic, select(session_topic.c.session_id).where(session_topic.c.topic_id == topic)
