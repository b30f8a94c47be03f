"""What others may show beside a link to a session: OpenGraph for timelines, schema.org for search engines."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from alliance.models import Session
from alliance.text import one_line, plain_text
from alliance.times import is_zone
from alliance.visibility import STRANGER, shown_host
from federation.uris import Uris
from web.media.previews import cover_of
from web.pages.views import Preview

_SCHEMA = "https://schema.org"
_LOCALES = {"de": "de_DE", "en": "en_GB"}
_STATES = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
_MODES = {
    "online": "OnlineEventAttendanceMode",
    "on_site": "OfflineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
# Inside of a script element only these could end it or begin another one; JSON may write them so.
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def preview_of(session: Session, uris: Uris) -> Preview | None:
    """The same for every reader; None unless everybody may know of the session, and for external sources.

    Company, host and topics are loaded. The meeting link is not in it.
    """
    if session.audience != "public" or session.status == "draft" or session.author_uri is not None:
        return None
    cover = cover_of(session)
    page = uris.session(session.id)
    words = one_line(plain_text(session.description_html), 200)
    said = " · ".join(part for part in (cover.struck, cover.when, cover.company) if part)
    picture = f"{page}/preview.png?v={cover.digest[:12]}"
    return Preview(
        title=session.title,
        description=f"{said}. {words}" if words else said,
        address=page,
        canonical=_canonical(session, page),
        picture=picture,
        picture_alt=f"{session.title}. {said}",
        locale=_LOCALES.get(session.language, "en_GB"),
        data=_in_script(_event(session, uris, picture, words)),
    )


def _canonical(session: Session, page: str) -> str:
    theirs = session.url or session.uri
    return theirs if theirs and theirs.startswith("https://") else page


def _event(session: Session, uris: Uris, picture: str, words: str) -> dict[str, Any]:
    """The Event of schema.org, with what Google asks for (Event structured data)."""
    page = uris.session(session.id)
    event: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "EducationEvent",
        "@id": session.uri or page,
        "url": _canonical(session, page),
        "name": session.title,
        "startDate": _moment(session.starts_at, session.timezone),
        "endDate": _moment(session.ends_at, session.timezone),
        "eventStatus": f"{_SCHEMA}/{_status(session)}",
        "eventAttendanceMode": f"{_SCHEMA}/{_MODES[session.place]}",
        "location": _places(session, _canonical(session, page)),
        "image": [picture],
        "inLanguage": session.language,
        "isAccessibleForFree": True,
        "organizer": {
            "@type": "Organization",
            "name": session.company.name,
            "url": session.company.origin,
        },
    }
    if session.previous_starts_at is not None and session.status == "scheduled":
        event["previousStartDate"] = _moment(session.previous_starts_at, session.timezone)
    if words:
        event["description"] = words
    if session.topics:
        event["keywords"] = [topic.name for topic in session.topics]
    if session.capacity is not None:
        event["maximumAttendeeCapacity"] = session.capacity
        event["remainingAttendeeCapacity"] = max(0, session.capacity - session.going_count)
    host = shown_host(STRANGER, session)
    if host is not None:
        event["performer"] = {"@type": "Person", "name": host.name}
    return event


def _status(session: Session) -> str:
    moved = "EventRescheduled" if session.previous_starts_at is not None else "EventScheduled"
    return _STATES.get(session.status, moved)


def _places(session: Session, page: str) -> list[dict[str, str]]:
    """Where it is; online that is the page, never the meeting."""
    online = {"@type": "VirtualLocation", "url": page}
    room = {"@type": "Place", "name": session.place_name or session.company.name}
    if session.place_address:
        room["address"] = session.place_address
    return {"online": [online], "on_site": [room], "hybrid": [room, online]}[session.place]


def _moment(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone if is_zone(zone) else "UTC")).isoformat(timespec="seconds")


def _in_script(data: dict[str, Any]) -> str:
    written = orjson.dumps(data).decode()
    for character, escaped in _IN_SCRIPT.items():
        written = written.replace(character, escaped)
    return written
