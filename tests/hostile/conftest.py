"""The instance that all attacks of this folder are aimed at."""

from collections.abc import AsyncIterator

import pytest

from alliance.settings import Settings
from tests.hostile.siege import Siege, siege
from tests.support.clock import FrozenClock


@pytest.fixture
async def under(settings: Settings, clock: FrozenClock) -> AsyncIterator[Siege]:
    """Nordlicht with two allies, of whom one or the other behaves badly."""
    async with siege(settings, clock) as opened:
        yield opened
