"""Sessions as a viewer may see them: the next ones, one of them, those of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.database import UtcDateTime, WholeNumber
from alliance.errors import Forbidden, Gone, NotFound
from alliance.models import Attendance, CoHost, Person, Session, Topic, session_topic
from alliance.queries.given import given_number, given_viewer
from alliance.visibility import (
    Viewer,
    is_external,
    may_see_attendees,
    once_visible_sessions,
    visible_sessions,
    with_co_hosts,
)

MOST_PER_PAGE = 100
# Up to so many sessions of a topic it is quicker to look each of them up.
_RARE = 5000
# No session lasts longer (partners' are cut to it), so what is still running began after this.
LONGEST = timedelta(hours=72)


@dataclass(frozen=True)
class SessionKey:
    """Where a page of sessions ended; the next one begins after it."""

    starts_at: datetime
    id: int


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


@dataclass(frozen=True)
class SessionPage:
    """Some sessions in the order of their start, with company, host and topics loaded.

    `states`: the viewer's own attendance by session id. `next`: the key to ask for more, or None at the end.
    """

    sessions: list[Session]
    states: dict[int, str] = field(default_factory=dict)
    next: SessionKey | None = None


async def upcoming(
    db: AsyncSession,
    viewer: Viewer,
    wanted: SessionFilter = EVERYTHING,
    *,
    now: datetime,
    after: SessionKey | None = None,
    limit: int = 30,
    in_full: bool = False,
) -> SessionPage:
    """The next sessions that `viewer` may see, or the last; `in_full` with what they say in other languages.

    Two queries, one more for an employee, for a topic and for other languages, however many rows.
    """
    limit = max(1, min(limit, MOST_PER_PAGE))
    equations = _equations(wanted)
    query = _sessions().where(visible_sessions(viewer, by_audience=not equations), *equations)
    query = query.where(*await _conditions(db, wanted, now))
    if after is not None:
        query = query.where(_after(after, past=wanted.past))
    if in_full:
        query = query.options(selectinload(Session.translations), selectinload(Session.materials))
        query = query.options(with_co_hosts())
    found = await db.scalars(_in_order(query, past=wanted.past).limit(limit + 1))
    sessions = list(found.all())
    more = len(sessions) > limit
    del sessions[limit:]
    key = SessionKey(sessions[-1].starts_at, sessions[-1].id) if more else None
    return SessionPage(sessions, await own_states(db, viewer, sessions), key)


async def narrowing(db: AsyncSession, wanted: SessionFilter, now: datetime) -> list[ColumnElement[bool]]:
    """What `wanted` asks for as conditions on `Session`, except when sessions are. One query for a topic."""
    kept = {"since", "until", "past"}
    timeless = SessionFilter(**{name: value for name, value in vars(wanted).items() if name not in kept})
    return [*_equations(wanted), *await _conditions(db, timeless, now, in_time=False)]


async def sessions_with_ids(db: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> list[Session]:
    """Those of these sessions that `viewer` may see, in this order, loaded for a list. Two queries."""
    if not ids:
        return []
    anybody, given = given_viewer(viewer)
    found = await db.scalars(_with_ids(anybody), {"ids": list(ids), **given})
    by_id = {session.id: session for session in found}
    return [by_id[number] for number in ids if number in by_id]


@cache
def _with_ids(viewer: Viewer) -> Select[Session]:
    ids = bindparam("ids", type_=WholeNumber, expanding=True)
    return _sessions().where(Session.id.in_(ids), visible_sessions(viewer))


async def own_states(db: AsyncSession, viewer: Viewer, sessions: list[Session]) -> dict[int, str]:
    """The viewer's own attendance states at these sessions, by session id."""
    if viewer.person_id is None or not sessions:
        return {}
    numbers = [session.id for session in sessions]
    rows = await db.execute(_states_at(), {"me": viewer.person_id, "ids": numbers})
    return {row.session_id: row.state for row in rows}


@cache
def _states_at() -> Select[int, str]:
    ids = bindparam("ids", type_=WholeNumber, expanding=True)
    return select(Attendance.session_id, Attendance.state).where(
        Attendance.person_id == given_number("me"), Attendance.session_id.in_(ids)
    )


async def find(db: AsyncSession, viewer: Viewer, session_id: int) -> Session:
    """One session with company, host, topics and translations.

    Raises NotFound, or Gone for one that was withdrawn.
    """
    anybody, given = given_viewer(viewer)
    return _there(await db.scalar(_with_id(anybody), {"session": session_id, **given}))


@cache
def _with_id(viewer: Viewer) -> Select[Session]:
    return _one(viewer, Session.id == given_number("session"))


async def find_by_uri(db: AsyncSession, viewer: Viewer, uri: str) -> Session:
    """One session of a partner by its identity or its page. Raises NotFound, Gone."""
    return _there(await db.scalar(_one(viewer, or_(Session.uri == uri, Session.url == uri))))


def _one(viewer: Viewer, which: ColumnElement[bool]) -> Select[Session]:
    query = _sessions().where(which, once_visible_sessions(viewer)).limit(1)
    return query.options(selectinload(Session.translations), selectinload(Session.materials), with_co_hosts())


def _there(session: Session | None) -> Session:
    if session is None:
        raise NotFound
    if session.withdrawn_at is not None:
        raise Gone
    return session


async def attendances(db: AsyncSession, viewer: Viewer, session_id: int) -> list[Attendance]:
    """Everybody who goes, waits, asks or may come, with person and company, in order.

    Raises Forbidden, NotFound, Gone.
    """
    session = await find(db, viewer, session_id)
    if not may_see_attendees(viewer, session):
        raise Forbidden("Only the host sees who takes part.")
    rows = await db.scalars(
        select(Attendance)
        .where(
            Attendance.session_id == session_id, Attendance.state.in_(("asked", "going", "maybe", "waiting"))
        )
        .order_by(Attendance.state, Attendance.since, Attendance.id)
        .options(joinedload(Attendance.person).joinedload(Person.company))
    )
    return list(rows.all())


async def mine(db: AsyncSession, viewer: Viewer, *, now: datetime) -> SessionPage:
    """What the viewer hosts or has asked to attend and is not over, withdrawn sessions included.

    The last 24 hours and at most 200 sessions; an employee's attendances end with their visibility.
    """
    attended = select(Attendance.session_id).where(
        Attendance.person_id == viewer.person_id, Attendance.state.in_(("asked", "going", "maybe", "waiting"))
    )
    held_too = select(CoHost.session_id).where(CoHost.person_id == viewer.person_id, CoHost.state == "yes")
    query = _sessions().where(
        or_(
            and_(Session.host_id == viewer.person_id, Session.withdrawn_at.is_(None)),
            and_(Session.id.in_(held_too), Session.withdrawn_at.is_(None)),
            Session.id.in_(attended),
        ),
        once_visible_sessions(viewer),
        Session.ends_at > now,
    )
    found = await db.scalars(query.order_by(Session.starts_at, Session.id).limit(200))
    sessions = list(found.all())
    return SessionPage(sessions, await own_states(db, viewer, sessions))


async def locked_session(db: AsyncSession, session_id: int) -> Session | None:
    """One session for changing, fully loaded, whoever asks; others wait until the transaction ends.

    On SQLite a unit of work has the whole database to itself anyway.
    """
    return await db.scalar(
        select(Session)
        .where(Session.id == session_id)
        .with_for_update(of=Session, key_share=True)
        .options(
            selectinload(Session.company),
            selectinload(Session.host).selectinload(Person.company),
            selectinload(Session.topics),
            selectinload(Session.translations),
            selectinload(Session.materials),
        )
        .execution_options(populate_existing=True)
    )


@cache
def _sessions() -> Select[Session]:
    return select(Session).options(
        joinedload(Session.company),
        joinedload(Session.host).joinedload(Person.company),
        selectinload(Session.topics),
    )


def _in_order(query: Select[Session], *, past: bool) -> Select[Session]:
    if past:
        return query.order_by(Session.starts_at.desc(), Session.id.desc())
    return query.order_by(Session.starts_at, Session.id)


def _after(key: SessionKey, *, past: bool) -> ColumnElement[bool]:
    here = tuple_(Session.starts_at, Session.id)
    there = tuple_(literal(key.starts_at, UtcDateTime), literal(key.id))
    return here < there if past else here > there


def _equations(wanted: SessionFilter) -> list[ColumnElement[bool]]:
    names = ("company_id", "host_id", "language", "place", "audience")
    values = ((getattr(Session, name), getattr(wanted, name)) for name in names)
    return [column == value for column, value in values if value is not None]


async def _conditions(
    db: AsyncSession, wanted: SessionFilter, now: datetime, *, in_time: bool = True
) -> list[ColumnElement[bool]]:
    conditions = _in_time(wanted, now) if in_time else []
    if wanted.topic is not None:
        conditions.append(await _has_topic(db, wanted.topic))
    if wanted.where is not None:
        conditions.append(Session.place.in_(("online" if wanted.where == "online" else "on_site", "hybrid")))
    if wanted.parts_of_day is not None:
        conditions.append(_within(wanted.parts_of_day, db.get_bind().dialect.name))
    return conditions + _flags(wanted)


def _flags(wanted: SessionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.external:
        conditions.append(is_from_elsewhere())
    if wanted.from_sources:
        conditions.append(is_external())
    if wanted.free_places:
        conditions.append(or_(Session.capacity.is_(None), Session.going_count < Session.capacity))
        conditions.append(Session.status == "scheduled")
    return conditions


def _in_time(wanted: SessionFilter, now: datetime) -> list[ColumnElement[bool]]:
    ends = [] if wanted.until is None else [Session.starts_at < wanted.until]
    if wanted.past:
        begins = [] if wanted.since is None else [Session.starts_at >= wanted.since]
        return [Session.starts_at <= now, Session.ends_at <= now, *begins, *ends]
    if wanted.since is None:
        return [Session.starts_at > now - LONGEST, Session.ends_at > now, *ends]
    return [Session.starts_at >= wanted.since, *ends]


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


def is_from_elsewhere() -> ColumnElement[bool]:
    """A session of another company, as a condition on `Session`."""
    return Session.uri.is_not(None)


async def _has_topic(db: AsyncSession, slug: str) -> ColumnElement[bool]:
    """Sessions of a rare topic are looked up one by one, those of a common one are met on the way."""
    topic = select(Topic.id).where(Topic.slug == slug).scalar_subquery()
    carried = select(session_topic.c.session_id).where(session_topic.c.topic_id == topic)
    first = carried.limit(_RARE + 1).subquery()
    if (await db.scalar(select(func.count()).select_from(first)) or 0) <= _RARE:
        return Session.id.in_(carried)
    return exists().where(session_topic.c.session_id == Session.id, session_topic.c.topic_id == topic)
