"""What stands in somebody's newsletter: what comes up, first what they follow, and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.identifiers import first_identifier_of
from alliance.models import Session, Story, Wish
from alliance.queries.discovery import for_you
from alliance.queries.interests import Followed, followed
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import MOST_PER_PAGE, upcoming
from alliance.queries.stories import StoryFilter, stories_page
from alliance.queries.topics import topics_to_see
from alliance.queries.wishes import WishFilter, wishes_page
from alliance.visibility import STRANGER, Viewer, employee_viewer

MOST_SESSIONS = 12
MOST_FOLLOWED = 8
MOST_STORIES = 3
MOST_WISHES = 3
WEEK = timedelta(days=7)
_MOMENT = timedelta(milliseconds=1)
_OFF = ("cancelled", "postponed")


@dataclass(frozen=True)
class Digest:
    """Sessions of seven days, in the order in which they begin; stories and requests of the seven before."""

    followed: list[Session] = field(default_factory=list)
    others: list[Session] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    has_more: bool = False
    """Whether there are sessions that are not listed."""

    def __bool__(self) -> bool:
        return bool(self.followed or self.others or self.stories or self.wishes)


async def digest_for_employee(db: AsyncSession, person_id: int, *, since: datetime, now: datetime) -> Digest:
    """What one of our people may see and has not begun yet, of the week after `since`."""
    viewer = employee_viewer(person_id)
    return await _digest(db, viewer, await followed(db, person_id), since, now)


async def digest_for_guest(
    db: AsyncSession, slugs: Sequence[str], *, since: datetime, now: datetime
) -> Digest:
    """The same for somebody whom nobody knows: what is public alone; `slugs` are the topics of interest."""
    topics = await topics_to_see(db, STRANGER, slugs)
    return await _digest(db, STRANGER, Followed(topics=frozenset(one.id for one in topics)), since, now)


async def public_digest(db: AsyncSession, *, since: datetime) -> Digest:
    """What is public of an edition, also when it is over: for the archive."""
    return await _digest(db, STRANGER, Followed(), since, since)


async def _digest(db: AsyncSession, viewer: Viewer, what: Followed, since: datetime, now: datetime) -> Digest:
    begins, ends = max(since, now), since + WEEK
    found = await for_you(db, viewer, what, now=begins, limit=MOST_FOLLOWED)
    wanted = [session for session in found if session.starts_at < ends]
    week = SessionFilter(since=begins, until=ends)
    page = await upcoming(db, viewer, week, now=now, limit=MOST_PER_PAGE)
    others = _without(page.sessions, wanted)
    shown = spread(others, MOST_SESSIONS - len(wanted))
    return Digest(
        followed=wanted,
        others=shown,
        stories=await _stories(db, viewer, since),
        wishes=await _wishes(db, viewer, since, now),
        has_more=len(others) > len(shown) or page.next is not None,
    )


def spread(sessions: Sequence[Session], limit: int) -> list[Session]:
    """At most `limit` of them from as many days as possible, so that a full Monday is not the whole week."""
    days: dict[object, int] = {}
    ranked = []
    for session in sessions:
        day = session.starts_at.date()
        ranked.append((days.get(day, 0), session.starts_at, session.id, session))
        days[day] = days.get(day, 0) + 1
    chosen = sorted(ranked, key=lambda one: one[:3])[: max(0, limit)]
    return sorted((one[3] for one in chosen), key=lambda session: (session.starts_at, session.id))


def _without(sessions: Sequence[Session], known: Sequence[Session]) -> list[Session]:
    """What takes place and was not listed yet: of each series one date."""
    ids = {session.id for session in known}
    series = {session.series_id for session in known if session.series_id is not None}
    rest = []
    for session in sessions:
        if session.id in ids or session.series_id in series or session.status in (*_OFF, "draft"):
            continue
        rest.append(session)
        series |= {session.series_id} if session.series_id is not None else set()
    return rest


async def _stories(db: AsyncSession, viewer: Viewer, since: datetime) -> list[Story]:
    before = first_identifier_of(since + _MOMENT)
    page = await stories_page(db, viewer, StoryFilter(), before=before, limit=MOST_STORIES)
    return [one for one in page.stories if one.state == "shown" and one.created_at >= since - WEEK]


async def _wishes(db: AsyncSession, viewer: Viewer, since: datetime, now: datetime) -> list[Wish]:
    before = first_identifier_of(since + _MOMENT)
    page = await wishes_page(db, viewer, WishFilter(state="open"), before=before, limit=MOST_WISHES)
    return [one for one in page.wishes if one.created_at >= since - WEEK and one.closes_at > now]
