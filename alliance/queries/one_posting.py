"""One thing that an app shows, for whoever wants to do something with it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import Employee, Message, Posting
from alliance.queries.comments import comment_to_read
from alliance.queries.sessions import find
from alliance.queries.stories import story_to_read
from alliance.visibility import employee_viewer


async def posting_seen_by(db: AsyncSession, by: Employee, posting_id: int) -> Posting:
    """The row, if this employee may see what it shows; of what was passed on the original.

    Raises NotFound for everything else, and Gone for a session that was withdrawn.
    """
    found = await db.get(Posting, posting_id)
    if found is not None and found.boosted_id is not None:
        found = await db.get(Posting, found.boosted_id)
    if found is None or found.gone_at is not None or not await _is_seen(db, by, found):
        raise NotFound
    return found


async def _is_seen(db: AsyncSession, by: Employee, posting: Posting) -> bool:
    viewer, moderates = employee_viewer(by.id), by.has_role("moderator")
    match posting.kind:
        case "comment":
            await comment_to_read(db, viewer, posting.comment_id or 0, moderates=moderates)
        case "story":
            await story_to_read(db, viewer, posting.story_id or 0, moderates=moderates)
        case "session":
            return (await find(db, viewer, posting.session_id or 0)).status != "draft"
        case "message":
            owner = select(Message.person_id).where(Message.id == posting.message_id)
            return await db.scalar(owner) == by.id
        case _:
            return False
    return True
