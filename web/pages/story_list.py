"""All stories that the reader may see, and the newest of them for the start page."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from alliance.queries.stories import Stories, StoryFilter, stories_page
from alliance.text import slug_of
from federation.uris import identifier
from web.pages.companies import companies_taking_part
from web.pages.frame import badge_of
from web.pages.stories import StoryView, views_of
from web.pages.views import Chip
from web.pages.visit import Visit, visiting

_ON_THE_START_PAGE = 2


async def show(request: Request) -> Response:
    """GET /stories: newest first, narrowed by topic and company."""
    async with visiting(request) as visit:
        query = request.query_params
        chosen = {name: query.get(name, "")[:100] for name in ("topic", "company")}
        wanted = StoryFilter(topic=slug_of(chosen["topic"]) or None, company=chosen["company"] or None)
        found = await stories_page(visit.db, visit.viewer, wanted, before=identifier(query.get("before", "")))
        return visit.page(
            "stories.html",
            stories=views_of(visit, found),
            filters=await _chips(visit, chosen),
            topic=chosen["topic"],
            filtered=any(chosen.values()),
            later_url=_with({**chosen, "before": str(found.next)}) if found.next else None,
        )


async def latest_stories(visit: Visit) -> tuple[StoryView, ...]:
    """One or two for the start page, each of somebody else."""
    found = await stories_page(visit.db, visit.viewer, StoryFilter(), limit=_ON_THE_START_PAGE * 3)
    first = list({story.author_id: story for story in reversed(found.stories)}.values())[::-1]
    return views_of(visit, Stories(first[:_ON_THE_START_PAGE], found.sessions))


async def _chips(visit: Visit, chosen: dict[str, str]) -> list[Chip]:
    companies = await companies_taking_part(visit.db, visit.visitor)
    everything = Chip(
        visit.texts.gettext("Everything"), _with({**chosen, "company": ""}), on=not chosen["company"]
    )
    if len(companies) < 2:
        return [everything]
    return [
        everything,
        *(
            Chip(
                company.name,
                _with({**chosen, "company": company.host}),
                on=chosen["company"] == company.host,
                company=badge_of(company),
            )
            for company in companies
        ),
    ]


def _with(chosen: dict[str, str]) -> str:
    said = urlencode({name: value for name, value in chosen.items() if value})
    return f"/stories?{said}" if said else "/stories"
