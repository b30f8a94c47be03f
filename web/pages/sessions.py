"""The programme: the next sessions of our company and its allies, and the library of those that are over."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.queries.discovery import for_you
from alliance.queries.interests import Followed, followed
from alliance.queries.sessions import SessionPage, own_states, upcoming
from alliance.queries.sources import has_sources
from web.pages.companies import Participant, companies_taking_part
from web.pages.filters import Choice, choice_of, key_in, session_chips, session_filter, with_key
from web.pages.following import follow_company, follow_topic
from web.pages.frame import badge_of
from web.pages.rows import day_groups
from web.pages.session_filters import filter_form
from web.pages.story_list import latest_stories
from web.pages.views import DayGroup
from web.pages.visit import Visit, visiting

PER_PAGE = 30
_FOR_YOU = 3


async def programme(request: Request) -> Response:
    """GET / and GET /sessions: sessions by day, filtered and paged by the address."""
    async with visiting(request) as visit:
        companies = await companies_taking_part(visit.db, visit.visitor)
        choice, after = choice_of(request.query_params), key_in(request.query_params)
        found = await upcoming(
            visit.db,
            visit.viewer,
            session_filter(choice, companies, visit.reader),
            now=visit.reader.now,
            after=after,
            limit=PER_PAGE,
        )
        address = choice.address(request.url.path)
        what = await _followed(visit)
        is_start = request.url.path == "/" and choice == Choice() and after is None
        return visit.page(
            "start.html",
            groups=_days(visit, found),
            later_url=with_key(address, found.next),
            earlier_url=address if after else None,
            for_you=await _for_you(visit, what) if is_start else (),
            stories=await latest_stories(visit) if is_start else (),
            follow=await follow_topic(visit, what, choice.topic),
            follow_company=follow_company(visit, what, companies, choice.company),
            **await _surroundings(visit, choice, companies),
        )


def _days(visit: Visit, found: SessionPage) -> tuple[DayGroup, ...]:
    return day_groups(found.sessions, found.states, visit.viewer, visit.reader)


async def _followed(visit: Visit) -> Followed:
    if visit.viewer.person_id is None:
        return Followed()
    return await followed(visit.db, visit.viewer.person_id)


async def _for_you(visit: Visit, what: Followed) -> tuple[DayGroup, ...]:
    """The next sessions of what the reader follows; nothing for whoever follows nothing."""
    sessions = await for_you(visit.db, visit.viewer, what, now=visit.reader.now, limit=_FOR_YOU)
    states = await own_states(visit.db, visit.viewer, sessions)
    return _days(visit, SessionPage(sessions, states))


async def _surroundings(visit: Visit, choice: Choice, companies: list[Participant]) -> dict[str, object]:
    reader, texts, path = visit.reader, visit.texts, visit.request.url.path
    with_external = visit.visitor.employee is not None and await has_sources(visit.db)
    title = texts.gettext("What has been") if choice.past else texts.gettext("What you can learn next")
    return {
        "title": title,
        "past": choice.past,
        "lead": _lead(visit, len(companies) - 1),
        "today": reader.day_detail(reader.today),
        "today_iso": reader.today.isoformat(),
        "companies": [badge_of(company) for company in companies],
        "filters": session_chips(choice, path, companies, texts, with_external=with_external),
        "filtering": filter_form(choice, path, companies, texts, with_external=with_external),
        "filtered": choice != Choice(),
        "month_url": choice.address("/calendar"),
        "week_url": choice.address(f"/calendar/week/{reader.today:%G-W%V}"),
        "calendar_url": f"{visit.instance.settings.origin}/calendar.ics",
    }


def _lead(visit: Visit, allies: int) -> str:
    texts, home = visit.texts, visit.visitor.home.name
    if visit.visitor.employee is None:
        return texts.gettext("Open sessions by colleagues for colleagues. Come in and listen.")
    if allies < 1:
        return texts.gettext("Open sessions by colleagues at %(company)s.", company=home)
    return texts.ngettext(
        "Open sessions from %(company)s and one allied company.",
        "Open sessions from %(company)s and %(num)s allied companies.",
        allies,
        company=home,
    )
