"""What was learned before: past sessions with what was left of them, and what people told about them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.models import Person, Session, Story
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import MOST_PER_PAGE, upcoming
from alliance.visibility import Viewer, visible_stories

MOST_SESSIONS = 500
MOST_STORIES = 1_000


async def past_sessions(
    db: AsyncSession, viewer: Viewer, wanted: SessionFilter, *, now: datetime
) -> list[Session]:
    """The last 500 of those that `wanted` asks for (which says `past`), with everything they say."""
    found: list[Session] = []
    after = None
    while len(found) < MOST_SESSIONS:
        limit = min(MOST_PER_PAGE, MOST_SESSIONS - len(found))
        page = await upcoming(db, viewer, wanted, now=now, after=after, limit=limit, in_full=True)
        found += page.sessions
        if (after := page.next) is None:
            break
    return found


async def stories_of(db: AsyncSession, viewer: Viewer, sessions: Sequence[Session]) -> dict[int, list[Story]]:
    """What `viewer` may read about these sessions, by session, with authors; 1,000 at most. One query."""
    if not sessions:
        return {}
    query = (
        select(Story)
        .join(Story.author)
        .options(contains_eager(Story.author).joinedload(Person.company))
        .where(Story.session_id.in_([session.id for session in sessions]), visible_stories(viewer))
        .order_by(Story.id)
        .limit(MOST_STORIES)
    )
    told: defaultdict[int, list[Story]] = defaultdict(list)
    for story in await db.scalars(query):
        if story.session_id is not None:
            told[story.session_id].append(story)
    return dict(told)
