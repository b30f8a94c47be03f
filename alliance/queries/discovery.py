"""Sessions that somebody did not ask for: of what they follow, and like the one they look at."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from math import log2
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, or_, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import SearchDocument, Session, session_topic
from alliance.queries.given import given_moment, given_number, given_viewer
from alliance.queries.interests import Followed
from alliance.queries.search_index import Alternatives, asked_for, matching
from alliance.queries.search_marks import (
    audience_mark,
    company_mark,
    host_mark,
    minute_place,
    topic_mark,
)
from alliance.queries.sessions import sessions_with_ids
from alliance.visibility import Viewer, visible_sessions

# Of each topic so many are looked at, and a topic is counted no further.
_NEAREST = 40
_COUNTED = 1000
AHEAD = 2000
"""On PostgreSQL so many sessions to come are looked at one by one before the index is asked for all."""
# So many times as many are looked at, because of each series one date is enough.
_DATES_OF_SERIES = 4
# Of a topic of which so many are found among those, no others are looked for; more than a series has dates.
_ENOUGH = 16
# What is followed in some languages alone is looked for among so many more.
_IN_OTHER_LANGUAGES = 30
# As much as a topic that a handful of sessions share.
_SAME_LANGUAGE = 0.4


class _Dated(Protocol):
    """A session, or what is known of one."""

    @property
    def series_id(self) -> int | None: ...


Date = TypeVar("Date", bound=_Dated)


async def for_you(
    db: AsyncSession, viewer: Viewer, what: Followed, *, now: datetime, limit: int = 4
) -> list[Session]:
    """The next sessions of the topics, experts and companies that the viewer follows. Three queries.

    Without those that the viewer hosts, and those in a language in which they are not followed. An expert
    who is not shown as host is not found by being followed.
    """
    marks = (
        *map(topic_mark, sorted(what.topics)),
        *map(host_mark, sorted(what.experts)),
        *map(company_mark, sorted(what.companies)),
    )
    if not marks:
        return []
    dialect = db.get_bind().dialect.name
    anybody, who = given_viewer(viewer)
    asked = _asked(dialect, viewer, marks)
    most = limit * _DATES_OF_SERIES + (_IN_OTHER_LANGUAGES if what.languages else 0)
    given = {**who, **_now(now, AHEAD), "asked": asked, "limit": most, "reader": viewer.person_id}
    rows = await db.scalars(_followed(anybody, dialect), given)
    found = await sessions_with_ids(db, viewer, list(rows.all()))
    wanted = [session for session in found if not what.languages or what.wants(session)]
    return _one_of_each_series(wanted)[:limit]


def _one_of_each_series(dates: Sequence[Date]) -> list[Date]:
    """The first date of each series, so that nothing is said three times; whatever has a `series_id`."""
    known: set[int] = set()
    found = []
    for date in dates:
        if date.series_id is None or date.series_id not in known:
            found.append(date)
        known |= {date.series_id} if date.series_id is not None else set()
    return found


@cache
def _followed(viewer: Viewer, dialect: str) -> Any:
    def asked(*, near: bool) -> Any:
        found = _next(dialect, viewer, "asked", near=near)
        found = found.where(Session.host_id.is_distinct_from(given_number("reader")))
        return found.add_columns(Session.starts_at)

    nearest = _nearest(dialect, asked, given_number("limit"), given_number("limit")).subquery()
    return select(nearest.c.object_id).order_by(nearest.c.starts_at).limit(given_number("limit"))


async def similar(
    db: AsyncSession, viewer: Viewer, session: Session, *, now: datetime, limit: int = 3, ahead: int = AHEAD
) -> list[Session]:
    """The next sessions that share topics with this one: a rare topic counts more, the same language too.

    Not the other dates of its own series. On PostgreSQL `ahead` sessions to come are looked at one by one
    before the index is asked for all. `topics` must be loaded. Three queries, none without topics; no more is
    loaded than is shown.
    """
    topics = [topic.id for topic in session.topics]
    if not topics:
        return []
    dialect = db.get_bind().dialect.name
    anybody, who = given_viewer(viewer)
    given = {**who, **_now(now, ahead), "session": session.id, "series": session.series_id or 0}
    for number, topic in enumerate(topics):
        given |= {f"topic_{number}": topic, f"asked_{number}": _asked(dialect, viewer, (topic_mark(topic),))}
    rows = (await db.execute(_similar(anybody, dialect, len(topics)), given)).all()
    weights: dict[int, float] = {}
    of_what: dict[int, Any] = {row.object_id: row for row in rows}
    for row in rows:
        same = _SAME_LANGUAGE if row.language == session.language else 0.0
        weights[row.object_id] = weights.get(row.object_id, same) + _rarity(row.carried)
    best = sorted(of_what.values(), key=lambda row: (-weights[row.object_id], row.starts_at))
    return await sessions_with_ids(db, viewer, [row.object_id for row in _one_of_each_series(best)[:limit]])


@lru_cache(maxsize=64)
def _similar(viewer: Viewer, dialect: str, topics: int) -> Any:
    """The nearest of each topic, with how many sessions carry that topic."""
    parts = []
    for number in range(topics):
        carried = select(session_topic.c.topic_id).where(
            session_topic.c.topic_id == given_number(f"topic_{number}")
        )
        counted = select(func.count()).select_from(carried.limit(_COUNTED).subquery()).scalar_subquery()

        def asked(*, near: bool, number: int = number, counted: Any = counted) -> Any:
            found = _next(dialect, viewer, f"asked_{number}", near=near, topic=f"topic_{number}")
            is_other = or_(Session.series_id.is_(None), Session.series_id != given_number("series"))
            found = found.where(Session.id != given_number("session"), is_other)
            said = (Session.language, Session.starts_at, Session.series_id)
            return found.add_columns(counted.label("carried"), *said)

        parts.append(select(_nearest(dialect, asked, _NEAREST, _ENOUGH).subquery()))
    return union_all(*parts)


def _nearest(dialect: str, asked: Callable[..., Any], limit: Any, enough: Any) -> Any:
    """The first ones of what `asked` finds, `limit` at most, as a statement without an order.

    PostgreSQL would gather all that was ever found under a common topic and sort it. So the next two thousand
    sessions are looked at first, in the order of time, and all of them only if fewer than `enough` are found.
    """
    everything = asked(near=False)
    if dialect != "postgresql":
        return everything.limit(limit)
    near = asked(near=True).limit(limit).cte()
    found = select(func.count()).select_from(near).scalar_subquery()
    rest = everything.where(found < enough).limit(limit).subquery()
    return union(select(near), select(rest))


def _next(dialect: str, viewer: Viewer, name: str, *, near: bool = False, topic: str = "") -> Any:
    """Sessions to come that have what is given as `name`; one by one that is the topic given as `topic`."""
    query, place = matching(dialect, name, walked=near)
    if near and topic:
        carries = select(session_topic.c.topic_id)
        carries = carries.where(
            session_topic.c.session_id == SearchDocument.object_id,
            session_topic.c.topic_id == given_number(topic),
        )
        query = select(SearchDocument.object_id).where(carries.offset(0).exists())
    if near:
        ahead = select(SearchDocument.id).where(SearchDocument.id >= given_number("place"))
        ahead = ahead.order_by(SearchDocument.id).limit(given_number("ahead"))
        query = query.where(place <= select(func.max(ahead.subquery().c.id)).scalar_subquery())
    # Asked for all, PostgreSQL shall not walk in the order of time until it has met enough.
    order = place + 0 if dialect == "postgresql" and not near else place
    return (
        query.join(Session, Session.id == SearchDocument.object_id)
        .where(visible_sessions(viewer), place >= given_number("place"))
        .where(Session.starts_at > given_moment("now"), Session.status.in_(("scheduled", "tentative")))
        .order_by(order)
    )


def _asked(dialect: str, viewer: Viewer, marks: Sequence[str]) -> str:
    asked = [Alternatives(marks=tuple(marks))]
    if viewer.kind == "stranger":
        asked.append(Alternatives(marks=(audience_mark("public"),)))
    return asked_for(dialect, asked)


def _now(now: datetime, ahead: int) -> dict[str, Any]:
    return {"now": now, "place": minute_place(now), "ahead": ahead}


def _rarity(carried: int) -> float:
    """How much it says that two sessions share a topic: 1 for one of a single session, less for others."""
    return 1 / log2(1 + max(1, carried))
