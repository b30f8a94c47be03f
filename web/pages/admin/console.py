"""The frame around every page of the console: who may come in, and where they can go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from web.pages.admin.navigation import ADMIN_PAGES
from web.pages.views import NavItem
from web.pages.visit import Visit, visiting


@asynccontextmanager
async def administering(request: Request, role: str = "admin") -> AsyncIterator[Visit]:
    """A visit by somebody who may act as `role`.

    Raises NotSignedIn for strangers; for everybody else there is nothing at this address (NotFound).
    """
    async with visiting(request) as visit:
        if not visit.employee.has_role(role):
            raise NotFound
        # Tells the authorisation matrix (tests/web/authorisation) that whoever asks was let in.
        request.state.admitted_as = role
        yield visit


def admin_page(visit: Visit, template: str, status: int = 200, /, **context: object) -> Response:
    """A page of the console; the template extends `admin/frame.html` and fills its block `admin`."""
    return visit.page(template, status, admin_nav=_nav(visit), **context)


async def start(request: Request) -> Response:
    """GET /admin: goes to the first page that this person may see."""
    async with visiting(request) as visit:
        allowed = [page.url for page in ADMIN_PAGES if visit.employee.has_role(page.role)]
        if not allowed:
            raise NotFound
        request.state.admitted_as = "council"
        return visit.go(allowed[0])


def _nav(visit: Visit) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(page.url, visit.texts.gettext(page.label), "", _is_current(page.url, visit))
        for page in ADMIN_PAGES
        if visit.employee.has_role(page.role)
    )


def _is_current(url: str, visit: Visit) -> bool:
    path = visit.request.url.path
    return path == url or (url != "/admin" and path.startswith(f"{url}/"))
