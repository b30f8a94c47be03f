"""Apps to test with: one that an employee has allowed everything, and one without a token."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from httpx import AsyncClient

from alliance.app_scopes import LEVELS
from alliance.apps import give_token, register_app
from alliance.models import Employee
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.founding import Founded
from tests.web.pages.conftest import BROWSER, as_employee

Allow = Callable[..., Awaitable[str]]


@pytest.fixture
def allow(founded: Founded) -> Allow:
    """`await allow(employee, "read", "write:media")` is a token for these scopes, of an app of its own."""

    async def allow(employee: Employee | None, *scopes: str) -> str:
        async with founded.instance.unit_of_work() as uow:
            made = await register_app(
                uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], scopes, "https://kiebitz.example"
            )
            made.app.first_used_at = uow.now
            given = await give_token(uow, made.app, employee.id if employee else None, scopes)
        return given.secret

    return allow


@pytest.fixture
async def api(founded: Founded, federation: Federation, allow: Allow) -> AsyncIterator[AsyncClient]:
    """An app that Jonas (`founded.employee`) has allowed everything."""
    async with client_of(federation) as opened:
        opened.headers["Authorization"] = f"Bearer {await allow(founded.employee, *LEVELS)}"
        yield opened


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """The same instance, to make things happen in; federation listens."""
    return Stage(founded)


@pytest.fixture
async def stranger_api(founded: Founded, federation: Federation) -> AsyncIterator[AsyncClient]:
    """An app without a token."""
    async with client_of(federation) as opened:
        yield opened


@pytest.fixture
async def stranger(federation: Federation, founded: Founded) -> AsyncIterator[AsyncClient]:
    """A browser in which nobody is signed in."""
    async with client_of(federation) as client:
        client.headers.update(BROWSER)
        yield client


@pytest.fixture
async def jonas(federation: Federation, founded: Founded) -> AsyncIterator[AsyncClient]:
    """Jonas's browser."""
    async with await as_employee(federation, founded.employee) as client:
        yield client
