"""In which communities a request stands: chosen by whoever asks."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.community_posts import choose_communities
from alliance.errors import AllianceError, Forbidden
from alliance.models import Wish
from alliance.queries.communities import communities_of
from alliance.queries.wishes import wish_to_read
from web.addresses import address_of_wish
from web.pages.session_communities import tickable, ticked_in
from web.pages.visit import Visit, path_id, visiting


async def ask(request: Request) -> Response:
    """GET /requests/<id>/communities: the visitor's communities, with those in which it stands."""
    async with visiting(request) as visit:
        wish = await _own(visit)
        stands = {one.id for one, _ in await communities_of(visit.db, visit.viewer, "wish", wish.id)}
        return await _page(visit, wish, stands)


async def choose(request: Request) -> Response:
    """POST /requests/<id>/communities: it stands in these from now on."""
    async with visiting(request) as visit:
        wish, ticked = await _own(visit), await ticked_in(request)
        try:
            async with visit.instance.unit_of_work() as uow:
                await choose_communities(uow, wish.id, ticked, visit.employee, kind="wish")
        except AllianceError as error:
            return await _page(visit, wish, ticked, error)
        return visit.go(address_of_wish(wish), "saved")


async def _own(visit: Visit) -> Wish:
    employee = visit.employee
    wish = await wish_to_read(visit.db, visit.viewer, path_id(visit.request))
    if wish.author_id != employee.id:
        raise Forbidden("Only those who ask for something put it into a community.")
    return wish


async def _page(visit: Visit, wish: Wish, ticked: set[int], error: AllianceError | None = None) -> Response:
    return visit.page(
        "request_communities.html",
        error.status if error else 200,
        wish=wish,
        action=f"/requests/{wish.id}/communities",
        back_url=address_of_wish(wish),
        choices=await tickable(visit, ticked),
        problem=visit.texts.sentence(error.sentence, error.parameters) if error else "",
    )
