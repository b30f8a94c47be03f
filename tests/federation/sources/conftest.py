"""Nordlicht, and a library on a server that nobody in the alliance knows."""

from collections.abc import AsyncIterator

import pytest

from alliance.settings import Settings
from tests.federation.sources.library import Library
from tests.hostile.siege import siege
from tests.support.clock import FrozenClock


@pytest.fixture
async def library(settings: Settings, clock: FrozenClock) -> AsyncIterator[Library]:
    """The library; nobody reads it yet."""
    async with siege(settings, clock) as opened:
        yield Library(opened)
