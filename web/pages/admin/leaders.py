"""The moderators' list of people who say that they lead others: who may mark their sessions for it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.leaders import agree_to_leader
from alliance.queries.console_lists import leader_page
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.admin.paging import number_asked, pages, words_asked
from web.pages.frame import address_of
from web.pages.rows import portrait_of
from web.pages.visit import Visit, path_id

_ROLE = "moderator"
_HERE = "/admin/leaders"


async def show(request: Request) -> Response:
    """GET /admin/leaders?q=&after=: whoever waits for a yes first."""
    async with administering(request, _ROLE) as visit:
        return await _page(visit)


async def answer(request: Request) -> Response:
    """POST /admin/leaders/<person>: agrees, or no longer."""
    async with administering(request, _ROLE) as visit:
        values = await read_form(request, {"yes": 3})
        async with visit.acting() as uow:
            await agree_to_leader(uow, path_id(request), visit.employee, yes=bool(values["yes"]))
        return visit.go(_HERE, "decided")


async def _page(visit: Visit) -> Response:
    text = words_asked(visit)
    people, is_more = await leader_page(visit.db, text, number_asked(visit))
    return admin_page(
        visit,
        "admin/leaders.html",
        text=text,
        pages=pages(visit, _HERE, {"q": text}, people[-1].id if is_more else None),
        people=[
            {
                "id": person.id,
                "face": portrait_of(person, visit.viewer, address_of(person)),
                "headline": person.profile.headline if person.profile else "",
                "agreed": person.profile is not None and person.profile.leads_since is not None,
            }
            for person in people
        ],
    )
