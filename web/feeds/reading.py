"""Which sessions stand in a feed: what its reader may see, filtered like the list of sessions.

Never what external sources list: they are shown to signed-in people on our pages and passed on to nobody.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from starlette.datastructures import QueryParams

from alliance.models import Attendance, CalendarEntry, Session
from alliance.queries.discovery import for_you
from alliance.queries.interests import followed
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import MOST_PER_PAGE, SessionKey, mine, upcoming
from alliance.visibility import Viewer, shown_host
from web.pages.companies import Participant
from web.pages.filters import choice_of, session_filter
from web.times import Reader

MOST = 300
BACK = timedelta(days=14)
"""How long calendars keep what is over."""
_LARGEST_ID = (1 << 63) - 1


def wanted_of(query: QueryParams, companies: Sequence[Participant], reader: Reader) -> SessionFilter:
    """The filters of an address, the same as on the page of sessions, and `expert`: the id of a host."""
    chosen = replace(choice_of(query), external=False, past=False)
    wanted = session_filter(chosen, companies, reader)
    expert = query.get("expert", "")
    if expert.isascii() and expert.isdecimal() and int(expert[:20]) <= _LARGEST_ID:
        wanted = replace(wanted, host_id=int(expert))
    return wanted


async def sessions_for(
    db: AsyncSession, viewer: Viewer, wanted: SessionFilter, now: datetime, *, back: timedelta = BACK
) -> list[Session]:
    """Up to 300 sessions in the order of their start, a little of the past included.

    Asked for by their host, only those come that name the host to this reader.
    """
    if wanted.since is None:
        wanted = replace(wanted, since=now - back)
    found: list[Session] = []
    after: SessionKey | None = None
    while len(found) < MOST:
        page = await upcoming(db, viewer, wanted, now=now, after=after, limit=MOST_PER_PAGE)
        found += page.sessions
        after = page.next
        if after is None:
            break
    told = (session for session in found if session.author_uri is None)
    if wanted.host_id is not None:
        told = (session for session in told if shown_host(viewer, session))
    return list(told)[:MOST]


async def own_sessions(
    db: AsyncSession, viewer: Viewer, now: datetime
) -> tuple[list[Session], dict[int, tuple[Attendance, CalendarEntry | None]]]:
    """What this employee hosts, goes to or may go to, then what they follow; with their own places."""
    assert viewer.person_id is not None  # noqa: S101 - only employees have feeds of their own
    own = await mine(db, viewer, now=now - BACK)
    places = await _places(db, viewer.person_id, [session.id for session in own.sessions])
    going = [
        session
        for session in own.sessions
        if session.withdrawn_at is None
        and session.author_uri is None
        and session.status != "draft"
        and (session.host_id == viewer.person_id or own.states.get(session.id) in ("going", "maybe"))
    ]
    known = {session.id for session in own.sessions}
    offered = await for_you(db, viewer, await followed(db, viewer.person_id), now=now, limit=100)
    more = [session for session in offered if session.id not in known and session.author_uri is None]
    return going + more, places


async def place_of(
    db: AsyncSession, person_id: int, session_id: int
) -> tuple[Attendance, CalendarEntry | None] | None:
    """One person's place in one session, with what their calendar was told."""
    return (await _places(db, person_id, [session_id])).get(session_id)


async def _places(
    db: AsyncSession, person_id: int, ids: Sequence[int]
) -> dict[int, tuple[Attendance, CalendarEntry | None]]:
    rows = await db.execute(
        select(Attendance, CalendarEntry)
        .outerjoin(CalendarEntry, CalendarEntry.attendance_id == Attendance.id)
        .where(Attendance.person_id == person_id, Attendance.session_id.in_(ids))
        .options(joinedload(Attendance.session))
    )
    return {attendance.session_id: (attendance, entry) for attendance, entry in rows}
