"""GET /library.md and /llms.txt: what was learned, as one text to hand to an AI tool, and where it all is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.models import Passage, Session
from alliance.queries.communities import community
from alliance.queries.library import past_sessions, stories_of
from alliance.queries.session_filters import SessionFilter
from alliance.queries.transcripts import passages_to_read
from alliance.text import one_line
from web.ai.library_text import Library, library_text, overview
from web.ai.switch import refuse_unless_on
from web.pages.visit import Visit, visiting

_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


async def library(request: Request) -> Response:
    """GET /library.md: past sessions that the reader may see, with materials and stories.

    `from` and `until` (days, ISO 8601), `topic` (slug) and `community` (id) narrow it; `transcripts=1` adds
    what was said, 1,500 passages altogether. Raises NotFound where the company has not turned it on, Invalid.
    """
    async with visiting(request) as visit:
        refuse_unless_on(visit.instance.settings)
        wanted, title = await _wanted(visit)
        sessions = await past_sessions(visit.db, visit.viewer, wanted, now=visit.reader.now)
        found = Library(
            title,
            visit.instance.settings.origin,
            visit.reader.now,
            visit.viewer,
            sessions,
            await stories_of(visit.db, visit.viewer, sessions),
            await _spoken(visit, sessions),
        )
        headers = _HEADERS | {"Content-Disposition": 'inline; filename="library.md"'}
        return Response(library_text(found), media_type="text/markdown; charset=utf-8", headers=headers)


async def llms(request: Request) -> Response:
    """GET /llms.txt (llmstxt.org): what this site is and where a machine finds what."""
    async with visiting(request) as visit:
        refuse_unless_on(visit.instance.settings)
        text = overview(visit.visitor.home.name, visit.instance.settings.origin)
        return Response(text, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


async def _wanted(visit: Visit) -> tuple[SessionFilter, str]:
    given = visit.request.query_params
    title = visit.visitor.home.name
    community_id = None
    if (number := given.get("community", "")) != "":
        if not (number.isascii() and number.isdecimal() and len(number) <= 18):
            raise Invalid("A community is named by its number.", field="community")
        named = await community(visit.db, visit.viewer, int(number))
        community_id, title = named.id, f"{title}: {named.name}"
    wanted = SessionFilter(
        past=True,
        topic=one_line(given.get("topic", "")[:100], 100) or None,
        community_id=community_id,
        since=_day(given, "from"),
        until=_day(given, "until"),
    )
    return wanted, title


async def _spoken(visit: Visit, sessions: Sequence[Session]) -> dict[int, list[Passage]]:
    """What was said, by session, in the session's language if it is there; one query or none."""
    if visit.request.query_params.get("transcripts") != "1":
        return {}
    chosen = {}
    for session in sessions:
        there = [one for one in session.transcripts if one.is_there]
        own = next((one for one in there if one.language == session.language), None)
        if first := own or next(iter(there), None):
            chosen[first.id] = first
    passages = await passages_to_read(visit.db, list(chosen.values()))
    return {chosen[number].session_id: found for number, found in passages.items()}


def _day(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Invalid("A day is written like 2026-03-16.", field=name) from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
