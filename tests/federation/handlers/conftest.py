"""A stage on which activities arrive; nothing is fetched over the network."""

from collections.abc import AsyncIterator

import pytest

from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import Arriving
from tests.federation.handlers.circling import Circling
from tests.support.founding import Founded


@pytest.fixture
async def arriving(founded: Founded) -> AsyncIterator[Arriving]:
    """Nordlicht, with the way in that the worker uses."""
    federation = await Federation.open(founded.instance)
    yield Arriving(Stage(founded), federation)
    await federation.close()


@pytest.fixture
def stage(arriving: Arriving) -> Stage:
    """The same company, to make things happen in it."""
    return arriving.stage


@pytest.fixture
async def circling(arriving: Arriving) -> Circling:
    """Nordlicht, allied with Alpenwerk and Zeder."""
    found = Circling(arriving)
    await found.ally()
    await found.ally("zeder.example")
    return found
