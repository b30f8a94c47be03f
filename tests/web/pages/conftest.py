"""People in front of the pages: a stranger, Jonas who works at Nordlicht, Ada who administers it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from alliance.models import Employee
from alliance.signing_in import start_sign_in
from federation.wiring import Federation
from tests.support.client import client_of
from tests.support.founding import Founded
from web.viewer import cookie_name

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en",
    "Sec-Fetch-Site": "same-origin",
}


async def as_employee(federation: Federation, employee: Employee) -> httpx.AsyncClient:
    """A browser in which `employee` is signed in."""
    async with federation.instance.unit_of_work() as uow:
        made = await start_sign_in(uow, employee)
    client = client_of(federation)
    client.headers.update(BROWSER)
    client.cookies.set(cookie_name(federation.instance.settings), made.token, domain=client.base_url.host)
    return client


@pytest.fixture
async def stranger(federation: Federation, founded: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with client_of(federation) as client:
        client.headers.update(BROWSER)
        yield client


@pytest.fixture
async def jonas(federation: Federation, founded: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """Jonas's browser."""
    async with await as_employee(federation, founded.employee) as client:
        yield client


@pytest.fixture
async def ada(federation: Federation, founded: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """Ada's browser; she is an administrator."""
    async with await as_employee(federation, founded.admin) as client:
        yield client
