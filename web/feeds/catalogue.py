"""The programme for the company's learning management system: JSON and CSV with stable ids and deep links.

Without a token it holds what strangers may see; with one that administrators made, what every employee may.
The fields are described in docs/learning.md. The meeting link is in neither.
"""

import csv
import io
from collections.abc import Sequence
from datetime import UTC

import orjson
from starlette.requests import Request
from starlette.responses import Response

from alliance.learning_settings import note_use, token_in_force
from alliance.models import Session
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import MOST_PER_PAGE, SessionKey, upcoming
from alliance.text import plain_text
from alliance.times import rfc3339
from alliance.visibility import STRANGER, Viewer, employee_viewer, shown_host
from web.feeds.answers import feed
from web.feeds.reading import BACK
from web.feeds.tables import cell
from web.pages.filters import key_in, with_key
from web.pages.visit import Visit, visiting

LONGEST_DESCRIPTION = 2000
# A system is none of our people: it sees what all of them see, and the drafts of nobody.
_ANY_EMPLOYEE = employee_viewer(0)
COLUMNS = (
    "id",
    "url",
    "title",
    "description",
    "language",
    "starts_at",
    "ends_at",
    "minutes",
    "timezone",
    "company",
    "host",
    "topics",
    "format",
    "place",
    "audience",
    "status",
    "registration",
    "capacity",
    "series",
    "updated_at",
)


async def as_json(request: Request) -> Response:
    """GET /catalogue.json."""
    async with visiting(request) as visit:
        viewer = await _viewer(visit)
        if viewer is None:
            return _void()
        sessions, following = await _page(visit, viewer)
        origin = visit.instance.settings.origin
        body = orjson.dumps(
            {
                "version": 1,
                "company": visit.visitor.home.name,
                "home": origin,
                "items": [_item(session, viewer, origin) for session in sessions],
                "next": _next(visit, following),
            }
        )
        return _answer(visit, body, "application/json", sessions, viewer, following)


async def as_csv(request: Request) -> Response:
    """GET /catalogue.csv: the same fields; the next page is in the header `Link` (RFC 8288)."""
    async with visiting(request) as visit:
        viewer = await _viewer(visit)
        if viewer is None:
            return _void()
        sessions, following = await _page(visit, viewer)
        held = io.StringIO()
        writer = csv.writer(held)
        writer.writerow(COLUMNS)
        for session in sessions:
            item = _item(session, viewer, visit.instance.settings.origin)
            writer.writerow([_cell(item[name]) for name in COLUMNS])
        body = held.getvalue().encode()
        return _answer(visit, body, "text/csv; charset=utf-8", sessions, viewer, following)


async def _viewer(visit: Visit) -> Viewer | None:
    """As whom the catalogue is read, None for a void token; a cookie counts for nothing."""
    given = visit.request.headers.get("authorization", "")
    if not given:
        return STRANGER
    scheme, _, secret = given.partition(" ")
    token = (
        await token_in_force(visit.db, secret.strip(), "catalogue") if scheme.lower() == "bearer" else None
    )
    if token is None:
        return None
    if token.used_on != visit.reader.now.astimezone(UTC).date():
        async with visit.instance.unit_of_work() as uow:
            await note_use(uow, token)
    return _ANY_EMPLOYEE


def _void() -> Response:
    """RFC 6750, 3: for programs, which nobody leads to a page where people sign in."""
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"', "Cache-Control": "no-store"}
    return Response(b'{"error":"invalid_token"}', 401, headers, "application/json")


async def _page(visit: Visit, viewer: Viewer) -> tuple[list[Session], SessionKey | None]:
    """Two weeks back, then on: up to a hundred, without what external sources list."""
    now = visit.reader.now
    wanted = SessionFilter(since=now - BACK)
    found = await upcoming(
        visit.db, viewer, wanted, now=now, after=key_in(visit.request.query_params), limit=MOST_PER_PAGE
    )
    told = [one for one in found.sessions if one.author_uri is None and one.status != "draft"]
    return told, found.next


def _item(session: Session, viewer: Viewer, origin: str) -> dict[str, object]:
    page = f"{origin}/sessions/{session.id}"
    host = shown_host(viewer, session)
    place = ", ".join(part for part in (session.place_name, session.place_address) if part)
    return {
        "id": session.uri or page,
        "url": page,
        "title": session.title,
        "description": plain_text(session.description_html)[:LONGEST_DESCRIPTION].strip(),
        "language": session.language,
        "starts_at": rfc3339(session.starts_at),
        "ends_at": rfc3339(session.ends_at),
        "minutes": int((session.ends_at - session.starts_at).total_seconds()) // 60,
        "timezone": session.timezone,
        "company": session.company.name,
        "host": host.name if host is not None else None,
        "topics": [topic.name for topic in session.topics],
        "format": session.place,
        "place": place or None,
        "audience": session.audience,
        "status": session.status,
        "registration": session.join_mode,
        "capacity": session.capacity,
        "series": f"{origin}/series/{session.series_id}" if session.series_id is not None else None,
        "updated_at": rfc3339(session.updated_at),
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        return cell("; ".join(value))
    return "" if value is None else cell(str(value))


def _next(visit: Visit, following: SessionKey | None) -> str | None:
    return with_key(f"{visit.instance.settings.origin}{visit.request.url.path}", following)


def _answer(
    visit: Visit,
    body: bytes,
    content_type: str,
    sessions: Sequence[Session],
    viewer: Viewer,
    following: SessionKey | None,
) -> Response:
    changes = [session.updated_at for session in sessions]
    response = feed(visit.request, body, content_type, changes, is_public=viewer == STRANGER)
    response.headers["Vary"] = "Authorization"
    address = _next(visit, following)
    if address is not None:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
