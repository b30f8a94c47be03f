"""Feeds of a public community: what stands in it, the same for whoever asks."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from alliance.models import Community, Session
from alliance.queries.communities import community
from alliance.queries.session_filters import SessionFilter
from alliance.visibility import STRANGER
from web.feeds.answers import feed
from web.feeds.doors import calendar_answer, channel_of, house_reader, newest
from web.feeds.formats import Channel, atom, json_feed
from web.feeds.reading import sessions_for
from web.pages.visit import Visit, path_id, visiting


async def community_calendar(request: Request) -> Response:
    """GET /communities/<id>.ics."""
    async with visiting(request) as visit:
        _, sessions = await _standing(visit)
        return calendar_answer(visit, sessions, {}, is_public=True)


async def community_atom(request: Request) -> Response:
    """GET /communities/<id>.atom."""
    async with visiting(request) as visit:
        found, sessions = await _standing(visit)
        body = atom(_channel(visit, found), newest(sessions), house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/atom+xml; charset=utf-8", changes, is_public=True)


async def community_json(request: Request) -> Response:
    """GET /communities/<id>.json."""
    async with visiting(request) as visit:
        found, sessions = await _standing(visit)
        body = json_feed(_channel(visit, found), newest(sessions), house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/feed+json; charset=utf-8", changes, is_public=True)


async def _standing(visit: Visit) -> tuple[Community, list[Session]]:
    """The community and its sessions as strangers may see both. Raises NotFound, Gone."""
    found = await community(visit.db, STRANGER, path_id(visit.request))
    wanted = SessionFilter(community_id=found.id)
    return found, await sessions_for(visit.db, STRANGER, wanted, visit.reader.now)


def _channel(visit: Visit, found: Community) -> Channel:
    home = f"{visit.instance.settings.origin}/communities/{found.id}"
    return replace(channel_of(visit), title=found.name, home=home)
