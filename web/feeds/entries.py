"""A session as calendars show it: the same UID in file, feed and mail."""

from dataclasses import dataclass
from datetime import datetime

from alliance.calendars import calendar_uid
from alliance.models import Session
from alliance.settings import Settings
from alliance.text import one_line, plain_text
from alliance.times import is_zone

_STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "tentative": "TENTATIVE"}
_DESCRIPTION = 4000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One session in one person's calendar. Moments are aware; `zone` is the host's IANA zone."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    location: str
    description: str
    url: str
    status: str
    categories: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime


def entry_of(
    session: Session, settings: Settings, *, link: str | None = None, sequence: int | None = None
) -> Entry:
    """The entry of a session with its topics. `link` is the personal link of whoever reads it, and only that.

    `sequence` is what their calendar was told last; a file never says less.
    """
    page = f"{settings.origin}/sessions/{session.id}"
    text = plain_text(session.description_html)[:_DESCRIPTION].strip()
    return Entry(
        uid=calendar_uid(session, settings.host),
        sequence=max(session.sequence, sequence or 0),
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.timezone if is_zone(session.timezone) else "UTC",
        location=_location(session, link, page),
        description="\n\n".join(part for part in (link, text, page) if part),
        url=page,
        status=_STATUS.get(session.status, "CONFIRMED"),
        categories=tuple(one_line(topic.name, 60) for topic in session.topics),
        published_at=session.published_at,
        updated_at=session.updated_at,
    )


def _location(session: Session, link: str | None, page: str) -> str:
    place = ", ".join(part for part in (session.place_name, session.place_address) if part)
    if session.place != "online" and place:
        return place
    return link or page
