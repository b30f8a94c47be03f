"""What tests of the domain are given: a stage on which every fact is heard."""

import pytest

from alliance.facts import Fact
from alliance.unit_of_work import Listener, UnitOfWork
from tests.alliance.stage import Stage
from tests.support.founding import Founded


@pytest.fixture
async def stage(founded: Founded) -> Stage:
    """A founded company; nothing has been heard yet."""
    made = Stage(founded)

    async def hear(uow: UnitOfWork, fact: Fact) -> None:
        made.facts.append(fact)

    listener: Listener = hear
    founded.instance.listeners = {kind: [listener] for kind in Fact.__subclasses__()}
    return made
