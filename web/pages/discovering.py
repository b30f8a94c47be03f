"""What a session's page leads on to."""

from alliance.models import Session
from alliance.queries.discovery import similar
from alliance.queries.sessions import own_states
from web.pages.rows import day_groups
from web.pages.views import DayGroup
from web.pages.visit import Visit


async def similar_rows(visit: Visit, session: Session) -> tuple[DayGroup, ...]:
    """The next sessions that share topics with this one, by day. Five queries, however many there are."""
    found = await similar(visit.db, visit.viewer, session, now=visit.reader.now)
    found.sort(key=lambda other: (other.starts_at, other.id))
    states = await own_states(visit.db, visit.viewer, found)
    return day_groups(found, states, visit.viewer, visit.reader)
