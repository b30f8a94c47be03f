"""The alliance: who is allied with us, and what administrators can do about it."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance import partnering
from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import Employee, Partner
from alliance.queries.partners import partner_with_id
from alliance.unit_of_work import UnitOfWork
from federation.failures import FetchFailed
from federation.partners import introduce
from web.forms import beside, read_form
from web.pages.alliance_page import alliance_page, introduction_page
from web.pages.parting_pages import CONFIRMATIONS, confirmation_page
from web.pages.visit import Visit, path_id, visiting

Verb = Callable[[UnitOfWork, int, Employee | None], Awaitable[Partner]]

# What a button does, and what is said afterwards.
VERBS: dict[str, tuple[Verb, str]] = {
    "accept": (partnering.accept_company, "allied"),
    "decline": (partnering.decline_company, "declined"),
    "pause": (partnering.pause_company, "paused"),
    "resume": (partnering.resume_company, "resumed"),
    "leave": (partnering.leave_company, "parted"),
    "block": (partnering.block_company, "blocked"),
    "unblock": (partnering.unblock_company, "saved"),
}


async def show(request: Request) -> Response:
    """GET /alliance: every company and how we stand to it, for employees."""
    async with visiting(request) as visit:
        _ = visit.employee
        return await alliance_page(visit, {"host": ""})


async def ask_invite(request: Request) -> Response:
    """GET /alliance/invite?host=: asks the other server who it is and shows that; nothing is stored."""
    async with visiting(request) as visit:
        _, host = visit.admin, request.query_params.get("host", "")[:300]
        try:
            who = await introduce(request.app.state.federation, host)
        except (Invalid, Conflict, FetchFailed) as error:
            return await alliance_page(visit, {"host": host}, beside(error, "host"))
        return introduction_page(visit, who, host)


async def invite(request: Request) -> Response:
    """POST /alliance/invite: invites the company that was shown; another key than shown is refused."""
    async with visiting(request) as visit:
        admin, values = visit.admin, await read_form(request, {"host": 300, "fingerprint": 200})
        try:
            await _invite(visit, admin, values)
        except (Invalid, Conflict, FetchFailed) as error:
            return await alliance_page(visit, values, beside(error, "host"))
        return visit.go("/alliance", "invited")


async def act(request: Request) -> Response:
    """POST /alliance/<company>/<verb>: accept, decline, pause, resume, leave, block, unblock."""
    async with visiting(request) as visit:
        admin = visit.admin
        verb, said = VERBS.get(request.path_params["verb"], (None, ""))
        if verb is None:
            raise NotFound
        async with visit.instance.unit_of_work() as uow:
            await verb(uow, path_id(request, "company"), admin)
        return visit.go("/alliance", said)


async def ask(request: Request) -> Response:
    """GET /alliance/<company>/leave and /block: asks once, and says what ends with it."""
    async with visiting(request) as visit:
        _, verb = visit.admin, request.path_params["verb"]
        partner = await partner_with_id(visit.db, path_id(request, "company"))
        if partner is None or verb not in CONFIRMATIONS:
            raise NotFound
        return confirmation_page(visit, partner, verb)


async def _invite(visit: Visit, admin: Employee, values: Mapping[str, str]) -> None:
    who = await introduce(visit.request.app.state.federation, values["host"])
    if who.key_fingerprint != values["fingerprint"]:
        raise Conflict("{host} shows another key than a moment ago. Please look again.", host=who.host)
    async with visit.instance.unit_of_work() as uow:
        await partnering.invite_company(uow, who, admin)
