"""A company whose federation hears of its series."""

import pytest

from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.founding import Founded


@pytest.fixture
def wired(founded: Founded, federation: Federation) -> Stage:
    """A founded company whose federation hears everything; the worker's turns are taken by hand."""
    return Stage(founded)
