"""Each FEP is tried at the real doors, with other servers that sign for real."""

from collections.abc import AsyncIterator

import pytest

from alliance.settings import Settings
from tests.hostile.siege import Siege, siege
from tests.support.clock import FrozenClock


@pytest.fixture
async def under(settings: Settings, clock: FrozenClock) -> AsyncIterator[Siege]:
    """Nordlicht with two allies `b` and `c`, and `x`, a server like Mastodon."""
    async with siege(settings, clock) as opened:
        opened.x.add_actor(
            "/people/7",
            "Person",
            name="Kim Sander",
            followers=f"{opened.x.origin}/people/7/followers",
        )
        yield opened
