"""Taking everything along, and erasing one's account."""

import asyncio

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from alliance.errors import AllianceError, Conflict, Invalid
from alliance.exporting import everything_about
from alliance.parting import erase_own_account
from web.forms import read_form
from web.pages.settings_forms import check_current_password
from web.pages.visit import Visit, visiting
from web.takeaway import takeaway
from web.viewer import cookie_name

_FIELDS = {"current": 1000}
_BLOCK = 1 << 18


async def take_away(request: Request) -> Response:
    """GET /settings/takeaway: a ZIP of everything that is held about the reader."""
    async with visiting(request) as visit:
        employee, instance = visit.employee, visit.instance
        settings = instance.settings
        everything = await everything_about(visit.db, instance.vault, settings.origin, employee.id)
        await visit.let_go()
        packed = await takeaway(
            everything,
            visit.reader.language,
            company=visit.visitor.home.name,
            host=settings.host,
            now=visit.reader.now,
            shelf=instance.shelf,
        )
    name = f"{employee.person.username}-{visit.reader.today:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    blocks = iter(lambda: packed.read(_BLOCK), b"")
    return StreamingResponse(blocks, 200, headers, "application/zip", BackgroundTask(packed.close))


async def ask(request: Request) -> Response:
    """GET /settings/erase: what happens, and the one question."""
    async with visiting(request) as visit:
        return _page(visit)


async def erase(request: Request) -> Response:
    """POST /settings/erase: for whoever proves to be who they are; signed out by it."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, _FIELDS)
        try:
            await _check(visit, values["current"])
            async with visit.instance.unit_of_work() as uow:
                await erase_own_account(uow, employee.id)
        except (Invalid, Conflict) as error:
            return _page(visit, error)
        settings, response = visit.instance.settings, visit.go("/", "erased")
        response.delete_cookie(cookie_name(settings), secure=settings.is_https, httponly=True, samesite="lax")
        return response


async def _check(visit: Visit, typed: str) -> None:
    """The password, or the e-mail address where there is none. Raises Invalid."""
    employee = visit.employee
    if employee.password_hash is None:
        if typed.strip().lower() != employee.email:
            raise Invalid("This is not your e-mail address.", field="current")
        return
    await asyncio.to_thread(check_current_password, employee.password_hash, {"current": typed})


def _page(visit: Visit, error: AllianceError | None = None) -> Response:
    employee = visit.employee
    return visit.page(
        "erase.html",
        422 if error else 200,
        form=visit.form({"current": ""}, error),
        email=employee.email,
        has_password=employee.password_hash is not None,
        keeps_sessions=visit.instance.settings.leavers_sessions == "keep",
    )
