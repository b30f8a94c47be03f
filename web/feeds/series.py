"""The dates of one series as feeds: calendar, Atom and JSON, for everybody, as far as they are public."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from alliance.models import Series, Session
from alliance.queries.series import find_series
from alliance.queries.session_filters import SessionFilter
from alliance.visibility import STRANGER
from web.feeds.answers import feed
from web.feeds.doors import calendar_answer, channel_of, house_reader, newest
from web.feeds.formats import Channel, atom, json_feed
from web.feeds.reading import sessions_for
from web.pages.visit import Visit, path_id, visiting


async def calendar(request: Request) -> Response:
    """GET /series/<id>.ics: each date with a UID of its own, no rule."""
    async with visiting(request) as visit:
        _, sessions = await _dates(visit)
        return calendar_answer(visit, sessions, {}, is_public=True)


async def as_atom(request: Request) -> Response:
    """GET /series/<id>.atom."""
    async with visiting(request) as visit:
        series, sessions = await _dates(visit)
        body = atom(_channel(visit, series), newest(sessions), house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/atom+xml; charset=utf-8", changes, is_public=True)


async def as_json(request: Request) -> Response:
    """GET /series/<id>.json."""
    async with visiting(request) as visit:
        series, sessions = await _dates(visit)
        body = json_feed(_channel(visit, series), newest(sessions), house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/feed+json; charset=utf-8", changes, is_public=True)


async def _dates(visit: Visit) -> tuple[Series, list[Session]]:
    """What strangers may see, whoever asks: a feed is passed on. Raises NotFound."""
    series = await find_series(visit.db, STRANGER, path_id(visit.request))
    wanted = SessionFilter(series_id=series.id)
    return series, await sessions_for(visit.db, STRANGER, wanted, visit.reader.now)


def _channel(visit: Visit, series: Series) -> Channel:
    made = channel_of(visit)
    return replace(made, title=series.title, home=f"{made.origin}/series/{series.id}")
