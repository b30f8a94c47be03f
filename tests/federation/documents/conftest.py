"""A stage whose documents are read."""

import pytest

from federation.announcements import LISTENERS
from tests.alliance.stage import Stage
from tests.support.founding import Founded


@pytest.fixture
def stage(founded: Founded) -> Stage:
    """Nordlicht, whose facts are told to others."""
    founded.instance.listeners = LISTENERS
    return Stage(founded)
