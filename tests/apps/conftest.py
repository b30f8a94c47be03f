"""An instance that apps reach, and what they need to sign somebody in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.apps.serving import Served, serve
from tests.support.databases import Databases


@pytest.fixture
async def served(databases: Databases, tmp_path: Path) -> AsyncIterator[Served]:
    """A running instance."""
    async with serve(databases.new(), tmp_path) as running:
        yield running
