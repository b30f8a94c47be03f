"""Companies ally, publish, change, join and part over real HTTP, with nothing between them but loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def two(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke and Linde, strangers to each other."""
    async with neighbourhood(databases, tmp_path, "birke", "linde") as companies:
        yield companies


async def test_a_session_reaches_an_ally(two: list[Neighbour]) -> None:
    birke, linde = two
    await ally(birke, linde)

    session = await birke.publish()

    held = await eventually(lambda: linde.session_of(birke, session))
    assert held is not None
    assert (held.title, held.audience, held.starts_at) == (session.title, "alliance", session.starts_at)
