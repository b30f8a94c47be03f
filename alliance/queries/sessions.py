"""Sessions as a viewer may see them: the next ones, one of them, those of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Result,
    Select,
    bindparam,
    exists,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload

from alliance.database import WholeNumber
from alliance.errors import Forbidden, Gone, NotFound
from alliance.models import (
    Attendance,
    CoHost,
    Material,
    Person,
    Session,
    SessionTranslation,
    Transcript,
    session_topic,
)
from alliance.queries.given import at_once, given_moment, given_number, given_viewer
from alliance.queries.session_filters import EVERYTHING, Narrowing, SessionFilter, narrowing
from alliance.queries.session_parts import (
    PARTS,
    load_everything,
    load_parts,
    load_series,
    load_topics,
    without_parts,
)
from alliance.visibility import Viewer, may_see_attendees, once_visible_sessions, visible_sessions

MOST_PER_PAGE = 100


@dataclass(frozen=True)
class SessionKey:
    """Where a page of sessions ended; the next one begins after it."""

    starts_at: datetime
    id: int


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
    kind, given = await narrowing(db, wanted, now)
    anybody, who = given_viewer(viewer)
    if after is not None:
        given |= {"after": after.starts_at, "after_id": after.id}
    query = _listed(anybody, kind, goes_on=after is not None)
    sessions = list(await db.scalars(query, {**given, **who, "limit": limit + 1}))
    more = len(sessions) > limit
    del sessions[limit:]
    await (load_everything if in_full else load_topics)(db, sessions)
    key = SessionKey(sessions[-1].starts_at, sessions[-1].id) if more else None
    return SessionPage(sessions, await own_states(db, viewer, sessions), key)


@lru_cache(maxsize=512)
def _listed(viewer: Viewer, kind: Narrowing, *, goes_on: bool) -> Select[Session]:
    by_audience = not kind.equations()
    conditions = [visible_sessions(viewer, by_audience=by_audience), *kind.conditions(), *kind.in_time()]
    if goes_on:
        conditions.append(_after(past=kind.wanted.past))
    if kind.topic_is_rare:
        # All of the topic are looked at and sorted: as numbers alone, so that only what is listed is joined.
        numbers = _in_order(select(Session.id).where(*conditions), past=kind.wanted.past)
        listed = numbers.limit(given_number("limit")).correlate(None)
        return _in_order(_sessions().where(Session.id.in_(listed)), past=kind.wanted.past)
    return _in_order(_sessions().where(*conditions), past=kind.wanted.past).limit(given_number("limit"))


async def sessions_with_ids(db: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> list[Session]:
    """Those of these sessions that `viewer` may see, in this order, loaded for a list. Two queries."""
    if not ids:
        return []
    anybody, given = given_viewer(viewer)
    found = await db.scalars(_with_ids(anybody), {"ids": list(ids), **given})
    by_id = {session.id: session for session in found}
    await load_topics(db, list(by_id.values()))
    return [by_id[number] for number in ids if number in by_id]


@cache
def _with_ids(viewer: Viewer) -> Select[Session]:
    ids = bindparam("ids", type_=WholeNumber, expanding=True)
    return at_once(_sessions().where(Session.id.in_(ids), visible_sessions(viewer)))


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
    query = select(Attendance.session_id, Attendance.state)
    return at_once(query.where(Attendance.person_id == given_number("me"), Attendance.session_id.in_(ids)))


async def find(db: AsyncSession, viewer: Viewer, session_id: int) -> Session:
    """One session with company, host, topics and translations.

    Raises NotFound, or Gone for one that was withdrawn.
    """
    anybody, given = given_viewer(viewer)
    return await _there(db, await db.execute(_with_id(anybody), {"session": session_id, **given}))


@cache
def _with_id(viewer: Viewer) -> Select[Any]:
    return at_once(_one(viewer, Session.id == given_number("session")))


async def find_by_uri(db: AsyncSession, viewer: Viewer, uri: str) -> Session:
    """One session of a partner by its identity or its page. Raises NotFound, Gone."""
    return await _there(db, await db.execute(_one(viewer, or_(Session.uri == uri, Session.url == uri))))


def _one(viewer: Viewer, which: ColumnElement[bool]) -> Select[Any]:
    """The session, and whether it has each of PARTS: what is not there need not be asked for."""
    there = (
        exists().where(session_topic.c.session_id == Session.id),
        exists().where(SessionTranslation.session_id == Session.id),
        exists().where(Material.session_id == Session.id),
        exists().where(Transcript.session_id == Session.id),
        exists().where(CoHost.session_id == Session.id, CoHost.state == "yes"),
    )
    return _sessions().add_columns(*there).where(which, once_visible_sessions(viewer)).limit(1)


async def _there(db: AsyncSession, found: Result[Any]) -> Session:
    row = found.first()
    if row is None:
        raise NotFound
    session: Session = row[0]
    if session.withdrawn_at is not None:
        raise Gone
    parts: dict[str, bool] = dict(zip(PARTS, row[1:], strict=True))
    without_parts(session, [part for part, is_there in parts.items() if not is_there])
    await load_parts(db, [session], [part for part, is_there in parts.items() if is_there])
    await load_series(db, [session])
    return session


async def attendances(db: AsyncSession, viewer: Viewer, session_id: int) -> list[Attendance]:
    """Everybody who goes, waits, asks or may come, with person and company, in order.

    Nobody once the names have been forgotten (alliance/forgetting.py).

    Raises Forbidden, NotFound, Gone.
    """
    session = await find(db, viewer, session_id)
    if not may_see_attendees(viewer, session):
        raise Forbidden("Only the host sees who takes part.")
    rows = await db.scalars(
        select(Attendance)
        .where(
            Attendance.session_id == session_id,
            Attendance.state.in_(("asked", "going", "maybe", "waiting")),
            Attendance.closed_at.is_(None),
        )
        .order_by(Attendance.state, Attendance.since, Attendance.id)
        .options(joinedload(Attendance.person).joinedload(Person.company))
    )
    return list(rows.all())


async def mine(db: AsyncSession, viewer: Viewer, *, now: datetime) -> SessionPage:
    """What the viewer hosts or has asked to attend and is not over, withdrawn sessions included.

    The last 24 hours and at most 200 sessions; an employee's attendances end with their visibility.
    """
    query = _sessions().where(
        Session.id.in_(_of(viewer.person_id)), once_visible_sessions(viewer), Session.ends_at > now
    )
    found = await db.scalars(query.order_by(Session.starts_at, Session.id).limit(200))
    sessions = list(found.all())
    await load_topics(db, sessions)
    return SessionPage(sessions, await own_states(db, viewer, sessions))


def _of(person_id: int | None) -> CompoundSelect[Any]:
    """What somebody hosts, alone or with others, or has asked to attend: by three indexes."""
    held, held_too = aliased(Session), aliased(Session)
    return union(
        select(held.id).where(held.host_id == person_id, held.withdrawn_at.is_(None)),
        select(held_too.id)
        .join(CoHost, CoHost.session_id == held_too.id)
        .where(CoHost.person_id == person_id, CoHost.state == "yes", held_too.withdrawn_at.is_(None)),
        select(Attendance.session_id).where(
            Attendance.person_id == person_id, Attendance.state.in_(("asked", "going", "maybe", "waiting"))
        ),
    )


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
            selectinload(Session.transcripts),
        )
        .execution_options(populate_existing=True)
    )


@cache
def _sessions() -> Select[Session]:
    return select(Session).options(
        joinedload(Session.company),
        joinedload(Session.host).joinedload(Person.company),
    )


def _in_order(query: Select[Any], *, past: bool) -> Select[Any]:
    if past:
        return query.order_by(Session.starts_at.desc(), Session.id.desc())
    return query.order_by(Session.starts_at, Session.id)


def _after(*, past: bool) -> ColumnElement[bool]:
    here = tuple_(Session.starts_at, Session.id)
    there = tuple_(given_moment("after"), given_number("after_id"))
    return here < there if past else here > there
