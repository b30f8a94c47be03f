"""The sessions to come that most people find interesting, as postings."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Posting, Reaction, Session
from alliance.visibility import Viewer, visible_sessions

_NEXT = 500
"""So many are compared, the nearest first."""


async def talked_about(
    db: AsyncSession, viewer: Viewer, now: datetime, *, limit: int, offset: int = 0
) -> list[int]:
    """Identifiers of postings, what most go to or like first. One query."""
    coming = (
        select(Session.id, Session.going_count, Session.starts_at)
        .where(Session.starts_at > now, Session.status == "scheduled", visible_sessions(viewer))
        .order_by(Session.starts_at, Session.id)
        .limit(_NEXT)
        .subquery()
    )
    liked = select(func.count()).where(Reaction.session_id == coming.c.id).scalar_subquery()
    rows = await db.scalars(
        select(Posting.id)
        .join(coming, coming.c.id == Posting.session_id)
        .where(Posting.kind == "session", Posting.gone_at.is_(None))
        .order_by((coming.c.going_count + liked).desc(), coming.c.starts_at, Posting.id)
        .limit(limit)
        .offset(offset)
    )
    return list(rows)


async def postings_of_sessions(db: AsyncSession, session_ids: list[int]) -> list[int]:
    """The postings of these sessions, in the same order. One query."""
    rows = await db.execute(
        select(Posting.session_id, Posting.id).where(
            Posting.session_id.in_(session_ids), Posting.kind == "session", Posting.gone_at.is_(None)
        )
    )
    by_session = {row[0]: row[1] for row in rows.all()}
    return [by_session[number] for number in session_ids if number in by_session]
