"""A real store for all tests of this folder, and for each of them a prefix of its own in its bucket."""

import itertools
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from alliance.identifiers import Clock
from alliance.settings import Settings
from federation.wiring import Federation, open_instance
from tests.command_line.conftest import company, template
from tests.support.founding import Founded, found
from tests.support.object_store import ObjectStore, object_store
from tests.web.pages.conftest import as_employee

__all__ = ["company", "template"]
_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """SeaweedFS with an empty bucket; four seconds until it answers."""
    with object_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture
def in_bucket(settings: Settings, store: ObjectStore) -> Settings:
    """Nordlicht's settings, with its pictures in the bucket."""
    return store.settings(settings, f"test-{next(_NUMBERS)}/")


@pytest.fixture
async def nordlicht(in_bucket: Settings, clock: Clock) -> AsyncIterator[tuple[Federation, Founded]]:
    """Nordlicht, founded, with its pictures in the bucket."""
    instance, federation = await open_instance(in_bucket, clock)
    yield federation, await found(instance)
    await federation.close()
    await instance.close()


@pytest.fixture
async def jonas(nordlicht: tuple[Federation, Founded]) -> AsyncIterator[httpx.AsyncClient]:
    """Jonas's browser there."""
    federation, founded = nordlicht
    async with await as_employee(federation, founded.employee) as client:
        yield client
