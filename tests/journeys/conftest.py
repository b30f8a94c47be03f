"""One world for all journeys: founding it takes longer than most of them."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.journeys.meeting_room import MeetingRoom
from tests.journeys.world import World, world_in
from tests.support.browser import chromium


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    """One event loop for all journeys, because the companies and the browser live as long."""
    return "asyncio"


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium; every person has a context of their own in it."""
    async with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
async def open_world(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The companies, running and allied. Tests keep apart by the titles of their sessions."""
    folder = tmp_path_factory.mktemp("journeys")
    async with MeetingRoom(folder) as room:
        world = world_in(folder, browser, room)
        try:
            await world.open()
            yield world
        finally:
            await world.close()


@pytest.fixture
async def world(open_world: World) -> AsyncIterator[World]:
    """The same world for one test; its people go home afterwards."""
    yield open_world
    await open_world.send_home()
