"""The moderators' list of people who say that they lead others: who may mark their sessions for it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.leaders import agree_to_leader, people_who_lead
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.frame import address_of
from web.pages.rows import portrait_of
from web.pages.visit import Visit, path_id

_ROLE = "moderator"


async def show(request: Request) -> Response:
    """GET /admin/leaders."""
    async with administering(request, _ROLE) as visit:
        return await _page(visit)


async def answer(request: Request) -> Response:
    """POST /admin/leaders/<person>: agrees, or no longer."""
    async with administering(request, _ROLE) as visit:
        values = await read_form(request, {"yes": 3})
        async with visit.acting() as uow:
            await agree_to_leader(uow, path_id(request), visit.employee, yes=bool(values["yes"]))
        return visit.go("/admin/leaders", "decided")


async def _page(visit: Visit) -> Response:
    people = await people_who_lead(visit.db)
    return admin_page(
        visit,
        "admin/leaders.html",
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
