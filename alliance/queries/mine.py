"""What belongs to one employee besides what is next: drafts, what is over, and their places."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload

from alliance.models import Attendance, CoHost, Person, Session
from alliance.visibility import Viewer, visible_sessions

MOST_DRAFTS = 50


async def drafts(db: AsyncSession, viewer: Viewer) -> list[Session]:
    """What the viewer has begun to write and shown to nobody yet, last touched first; at most MOST_DRAFTS."""
    query = _own(viewer).where(Session.host_id == viewer.person_id, Session.status == "draft")
    found = await db.scalars(query.order_by(Session.updated_at.desc(), Session.id.desc()).limit(MOST_DRAFTS))
    return list(found.all())


async def given(db: AsyncSession, viewer: Viewer, *, now: datetime, limit: int = 20) -> list[Session]:
    """What the viewer held, alone or with others, and is over, the latest first."""
    own = aliased(Session)
    held = union(
        select(own.id).where(own.host_id == viewer.person_id, own.uri.is_(None)),
        select(CoHost.session_id).where(CoHost.person_id == viewer.person_id, CoHost.state == "yes"),
    )
    query = _own(viewer).where(
        Session.id.in_(held),
        Session.status != "draft",
        Session.ends_at <= now,
    )
    found = await db.scalars(query.order_by(Session.starts_at.desc(), Session.id.desc()).limit(limit))
    return list(found.all())


async def attended(db: AsyncSession, viewer: Viewer, *, now: datetime, limit: int = 20) -> list[Session]:
    """Where the viewer was, the latest first; what was cancelled did not take place."""
    places = select(Attendance.session_id).where(
        Attendance.person_id == viewer.person_id, Attendance.state == "going"
    )
    query = _own(viewer).where(
        Session.id.in_(places), or_(Session.host_id.is_(None), Session.host_id != viewer.person_id)
    )
    query = query.where(Session.status == "scheduled", Session.ends_at <= now)
    found = await db.scalars(query.order_by(Session.starts_at.desc(), Session.id.desc()).limit(limit))
    return list(found.all())


async def places_at(db: AsyncSession, viewer: Viewer, sessions: Sequence[Session]) -> dict[int, Attendance]:
    """The viewer's places, waits and questions at these sessions, by session id."""
    if viewer.person_id is None or not sessions:
        return {}
    rows = await db.scalars(
        select(Attendance)
        .where(
            Attendance.person_id == viewer.person_id, Attendance.session_id.in_([one.id for one in sessions])
        )
        .options(joinedload(Attendance.session))
    )
    return {attendance.session_id: attendance for attendance in rows.all()}


def _own(viewer: Viewer) -> Select[Session]:
    return (
        select(Session)
        .where(visible_sessions(viewer))
        .options(
            joinedload(Session.company),
            joinedload(Session.host).joinedload(Person.company),
            selectinload(Session.topics),
        )
    )
