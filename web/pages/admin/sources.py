"""External sources: calendars that are read for employees, and what administrators can do about them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import Employee
from alliance.queries.sources import source_with_id
from alliance.sources import MOST_WORDS, add_source, pause_source, remove_source, resume_source
from federation.failures import FetchFailed
from federation.source_introductions import SourceFound, introduce_source
from web.forms import beside, read_form, words
from web.pages.admin.console import administering
from web.pages.admin.sources_page import found_page, removal_page, sources_page
from web.pages.visit import Visit, path_id

_FIELDS = {"what": 500, "uri": 500, "topics": 1000}


async def show(request: Request) -> Response:
    """GET /admin/sources?q=&after=: sources, how we stand to them, and the field for a new one."""
    async with administering(request) as visit:
        return await sources_page(visit, {"what": ""})


async def ask(request: Request) -> Response:
    """GET /admin/sources/new?what=: looks who publishes there and shows that; nothing is subscribed."""
    async with administering(request) as visit:
        what = request.query_params.get("what", "")[:500]
        try:
            found = await introduce_source(request.app.state.federation, what)
        except (Invalid, Conflict, FetchFailed) as error:
            return await sources_page(visit, {"what": what}, beside(error, "what"))
        return found_page(visit, found, {"what": what, "topics": ""})


async def add(request: Request) -> Response:
    """POST /admin/sources/new: subscribes to the account that was shown, and to no other."""
    async with administering(request) as visit:
        admin, values = visit.employee, await read_form(request, _FIELDS)
        try:
            found = await _found_again(visit, values)
        except (Invalid, Conflict, FetchFailed) as error:
            return await sources_page(visit, values, beside(error, "what"))
        try:
            await _add(visit, admin, found, values)
        except (Invalid, Conflict) as error:
            return found_page(visit, found, values, beside(error, "topics"))
        return visit.go("/admin/sources", "source-asked")


async def act(request: Request) -> Response:
    """POST /admin/sources/<source>/<verb>: pause, resume, remove."""
    async with administering(request) as visit:
        admin, verb = visit.employee, request.path_params["verb"]
        source = path_id(request, "source")
        async with visit.acting() as uow:
            match verb:
                case "pause":
                    await pause_source(uow, source, admin)
                case "resume":
                    await resume_source(uow, source, admin)
                case "remove":
                    await remove_source(uow, source, admin)
                case _:
                    raise NotFound
        return visit.go("/admin/sources", f"source-{verb}d")


async def ask_remove(request: Request) -> Response:
    """GET /admin/sources/<source>/remove: asks once, and says what goes with it."""
    async with administering(request) as visit:
        source = await source_with_id(visit.db, path_id(request, "source"))
        if source is None:
            raise NotFound
        return removal_page(visit, source)


async def _found_again(visit: Visit, values: Mapping[str, str]) -> SourceFound:
    found = await introduce_source(visit.request.app.state.federation, values["what"])
    if found.feed.uri != values["uri"]:
        raise Conflict(
            "{host} shows another account than a moment ago. Please look again.", host=found.feed.host
        )
    return found


async def _add(visit: Visit, admin: Employee, found: SourceFound, values: Mapping[str, str]) -> None:
    async with visit.acting() as uow:
        await add_source(uow, found.feed, words(values["topics"], MOST_WORDS + 1), admin)
