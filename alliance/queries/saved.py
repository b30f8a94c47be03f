"""The sessions that somebody keeps in mind, as far as they may still see them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.models import Person, SavedSession, Session
from alliance.visibility import Viewer, visible_sessions


async def is_saved(db: AsyncSession, viewer: Viewer, session_id: int) -> bool:
    """Whether the viewer keeps this session in mind."""
    if viewer.person_id is None:
        return False
    return await db.get(SavedSession, (viewer.person_id, session_id)) is not None


async def saved_sessions(
    db: AsyncSession, viewer: Viewer, *, now: datetime, limit: int = 100
) -> list[Session]:
    """What the viewer saved and is not over, the next first, with company, host and topics loaded."""
    if viewer.person_id is None:
        return []
    found = await db.scalars(
        select(Session)
        .join(SavedSession, SavedSession.session_id == Session.id)
        .where(SavedSession.person_id == viewer.person_id, visible_sessions(viewer), Session.ends_at > now)
        .order_by(Session.starts_at, Session.id)
        .limit(limit)
        .options(
            joinedload(Session.company),
            joinedload(Session.host).joinedload(Person.company),
            selectinload(Session.topics),
        )
    )
    return list(found.all())
