"""What there is to see or read again of a session, for whoever sees the session."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Material, Session
from alliance.visibility import Viewer, visible_sessions


async def materials(db: AsyncSession, viewer: Viewer, session_id: int) -> list[Material]:
    """Recordings first, in the order in which they were added."""
    found = await db.scalars(
        select(Material)
        .join(Session, Session.id == Material.session_id)
        .where(Material.session_id == session_id, visible_sessions(viewer))
        .order_by(Material.kind != "recording", Material.id)
    )
    return list(found.all())
