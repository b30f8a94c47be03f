"""What tests with foreign software get: an authority, a company over TLS, servers written with Fedify."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.federation.neighbourhood import Neighbour, neighbour
from tests.peers.fedify_peer import FedifyServer, fedify
from tests.support.authority import Authority
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The private authority that all servers of these tests are certified by."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def fedify_servers(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, FedifyServer]]:
    """One process for all tests; servers by name."""
    with fedify(authority, tmp_path_factory.mktemp("fedify") / "fedify.log") as servers:
        yield servers


@pytest.fixture(params=["first-rfc9421", "first-cavage"])
def peer(request: pytest.FixtureRequest, fedify_servers: dict[str, FedifyServer]) -> FedifyServer:
    """A Fedify server, once with each kind of signature that it tries first."""
    return fedify_servers[request.param]


@pytest.fixture
async def birke(databases: Databases, tmp_path: Path, authority: Authority) -> AsyncIterator[Neighbour]:
    """A company of ours over TLS."""
    async with neighbour(databases, tmp_path / "birke", "birke", authority) as company:
        yield company
