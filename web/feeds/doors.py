"""The addresses of feeds: for everybody, for one employee by a secret address, and one session as a file."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.feed_addresses import reader_of_feeds
from alliance.models import Attendance, CalendarEntry, Session
from alliance.personal_links import personal_link
from alliance.queries.sessions import find
from alliance.times import is_zone
from alliance.visibility import STRANGER, employee_viewer
from web.feeds.answers import feed
from web.feeds.entries import entry_of
from web.feeds.formats import Channel, atom, json_feed
from web.feeds.reading import own_sessions, place_of, sessions_for, wanted_of
from web.pages.companies import companies_taking_part
from web.pages.visit import Visit, path_id, visiting
from web.texts import Texts
from web.times import Reader
from web.viewer import Visitor

CALENDAR = "text/calendar; charset=utf-8"
_Places = dict[int, tuple[Attendance, CalendarEntry | None]]


async def public_calendar(request: Request) -> Response:
    """GET /calendar.ics: public sessions, filtered by the same words as the page; signed in or not."""
    async with visiting(request) as visit:
        sessions = await _public(visit)
        return calendar_answer(visit, sessions, {}, is_public=True)


async def public_atom(request: Request) -> Response:
    """GET /feed.atom."""
    async with visiting(request) as visit:
        sessions = newest(await _public(visit))
        body = atom(channel_of(visit), sessions, house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/atom+xml; charset=utf-8", changes, is_public=True)


async def public_json(request: Request) -> Response:
    """GET /feed.json."""
    async with visiting(request) as visit:
        sessions = newest(await _public(visit))
        body = json_feed(channel_of(visit), sessions, house_reader(visit))
        changes = [session.updated_at for session in sessions]
        return feed(request, body, "application/feed+json; charset=utf-8", changes, is_public=True)


async def own_calendar(request: Request) -> Response:
    """GET /feeds/<token>/calendar.ics: where this employee goes, what they host, and what they follow."""
    async with visiting(request) as visit:
        employee = await reader_of_feeds(visit.db, visit.instance.vault, request.path_params["token"])
        if employee is None:
            raise NotFound
        viewer = employee_viewer(employee.id)
        sessions, places = await own_sessions(visit.db, viewer, visit.reader.now)
        return calendar_answer(visit, sessions, places, is_public=False)


async def own_list(request: Request) -> Response:
    """GET /feeds/<token>/sessions.ics: whatever this employee may see, with the filters of the page."""
    async with visiting(request) as visit:
        employee = await reader_of_feeds(visit.db, visit.instance.vault, request.path_params["token"])
        if employee is None:
            raise NotFound
        companies = await companies_taking_part(visit.db, Visitor(visit.visitor.home, employee))
        viewer = employee_viewer(employee.id)
        wanted = wanted_of(visit.request.query_params, companies, visit.reader)
        sessions = await sessions_for(visit.db, viewer, wanted, visit.reader.now)
        published = [session for session in sessions if session.status != "draft"]
        return calendar_answer(visit, published, {}, is_public=False)


async def session_file(request: Request) -> Response:
    """GET /sessions/<id>.ics: one session for the calendar, the same UID as in the mail, without METHOD."""
    async with visiting(request) as visit:
        session = await find(visit.db, visit.viewer, path_id(request))
        if session.author_uri is not None:
            raise NotFound
        person_id, places = visit.viewer.person_id, {}
        if person_id is not None and (place := await place_of(visit.db, person_id, session.id)):
            places = {session.id: place}
        is_public = person_id is None and session.audience == "public"
        response = calendar_answer(visit, [session], places, is_public=is_public, named=False)
        response.headers["Content-Disposition"] = f'attachment; filename="session-{session.id}.ics"'
        response.headers["Vary"] = "Cookie"
        return response


async def _public(visit: Visit) -> list[Session]:
    """What strangers may see, whoever asks: a feed is passed on."""
    stranger = Visitor(visit.visitor.home, None)
    companies = await companies_taking_part(visit.db, stranger)
    wanted = wanted_of(visit.request.query_params, companies, house_reader(visit))
    return await sessions_for(visit.db, STRANGER, wanted, visit.reader.now)


def house_reader(visit: Visit) -> Reader:
    """Feeds are kept and passed on, so they speak the company's language, in its zone, to everybody."""
    home = visit.visitor.home
    zone = home.timezone if is_zone(home.timezone) else "UTC"
    return Reader(Texts(home.language), ZoneInfo(zone), visit.reader.now)


def newest(sessions: Sequence[Session]) -> list[Session]:
    """What was published last comes first, as feed readers expect."""
    return sorted(sessions, key=lambda session: (session.published_at or session.updated_at, session.id))[
        :-101:-1
    ]


def calendar_answer(
    visit: Visit, sessions: Sequence[Session], places: _Places, *, is_public: bool, named: bool = True
) -> Response:
    from web.feeds.calendar_files import calendar_of, event_of

    settings, vault = visit.instance.settings, visit.instance.vault
    events, changes = [], []
    for session in sessions:
        attendance, told = places.get(session.id, (None, None))
        link = personal_link(settings.origin, vault, attendance) if attendance else None
        entry = entry_of(session, settings, link=link, sequence=told.sequence if told else None)
        events.append((entry, event_of(entry)))
        changes += [session.updated_at, *([attendance.since] if attendance else [])]
    name = visit.visitor.home.name if named else ""
    return feed(visit.request, calendar_of(events, name=name), CALENDAR, changes, is_public=is_public)


def channel_of(visit: Visit) -> Channel:
    origin, query = visit.instance.settings.origin, visit.request.url.query
    suffix = f"?{query}" if query else ""
    return Channel(
        title=visit.visitor.home.name,
        url=f"{origin}{visit.request.url.path}{suffix}",
        home=f"{origin}/",
        origin=origin,
        language=house_reader(visit).language,
    )
