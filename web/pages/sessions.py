"""The programme: the next sessions of our company and its allies."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.models import Company
from alliance.queries.sessions import upcoming
from alliance.queries.sources import has_sources
from web.pages.companies import companies_taking_part
from web.pages.filters import Choice, choice_of, key_in, session_chips, session_filter, with_key
from web.pages.frame import badge_of
from web.pages.rows import day_groups
from web.pages.visit import Visit, visiting

PER_PAGE = 30


async def programme(request: Request) -> Response:
    """GET / and GET /sessions: sessions by day, filtered and paged by the address."""
    async with visiting(request) as visit:
        companies = await companies_taking_part(visit.db, visit.visitor)
        choice, after = choice_of(request.query_params), key_in(request.query_params)
        found = await upcoming(
            visit.db,
            visit.viewer,
            session_filter(choice, companies),
            now=visit.reader.now,
            after=after,
            limit=PER_PAGE,
        )
        address = choice.address(request.url.path)
        return visit.page(
            "start.html",
            groups=day_groups(found.sessions, found.states, visit.viewer, visit.reader),
            later_url=with_key(address, found.next),
            earlier_url=address if after else None,
            **await _surroundings(visit, choice, companies),
        )


async def _surroundings(visit: Visit, choice: Choice, companies: list[Company]) -> dict[str, object]:
    reader, texts = visit.reader, visit.texts
    with_external = visit.visitor.employee is not None and await has_sources(visit.db)
    return {
        "title": texts.gettext("What you can learn next"),
        "lead": _lead(visit, len(companies) - 1),
        "today": reader.day_detail(reader.today),
        "today_iso": reader.today.isoformat(),
        "companies": [badge_of(company) for company in companies],
        "filters": session_chips(
            choice, visit.request.url.path, companies, texts, with_external=with_external
        ),
        "filtered": choice != Choice(),
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
