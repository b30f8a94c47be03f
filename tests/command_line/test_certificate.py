"""`alliance check` says how long the certificate of its own address is good, and what is wrong with it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.abc import ResolveResult

from alliance.settings import Settings
from federation.allowed_urls import Rules
from federation.client import Client
from federation.wiring import Federation, open_instance
from tests.networks.forward_proxy import listening
from tests.support.authority import Authority
from tests.support.databases import Databases
from web.command_line.looks import own_address

pytestmark = pytest.mark.anyio

HERE, INSIDE = "nordlicht.localhost", "nordlicht.example"


async def fine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What stands before an instance and does TLS."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


async def loopback(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """What the name server of a company's network says."""
    return [
        ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0,
            flags=socket.AI_NUMERICHOST,
        )
    ]  # fmt: skip


@asynccontextmanager
async def told(settings: Settings, databases: Databases, **changes: object) -> AsyncIterator[Federation]:
    """An instance that is told this."""
    wanted = replace(settings, database=databases.new(), danger_private_networks=True, **changes)  # type: ignore[arg-type]
    instance, federation = await open_instance(wanted)
    try:
        yield federation
    finally:
        await federation.close()
        await instance.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def looked(
    settings: Settings, databases: Databases, tls: ssl.SSLContext | None, ca: Path | None
) -> dict[str, tuple[bool | None, str]]:
    """What the look at its own address finds; {origin} stands for that."""
    async with listening(fine, ("127.0.0.1", 0), tls) as (_, port):
        origin = f"{'https' if tls else 'http'}://{HERE}:{port}"
        async with told(settings, databases, origin=origin, extra_ca_file=ca) as federation:
            found = await own_address(federation)
    return {one.about: (one.is_fine, one.says.replace(origin, "{origin}")) for one in found}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (90.5, (True, "of {origin} is good for 90 more days")),
        (14.1, (True, "of {origin} is good for 14 more days")),
        (
            13.9,
            (
                None,
                "of {origin} is good for 13 more days: renew it, or look why that does not happen by itself",
            ),
        ),
        (
            1.5,
            (
                None,
                "of {origin} is good for 1 more day: renew it, or look why that does not happen by itself",
            ),
        ),
    ],
)
async def test_days_are_counted_and_few_of_them_warn(
    settings: Settings,
    databases: Databases,
    authority: Authority,
    days: float,
    said: tuple[bool | None, str],
) -> None:
    shown = authority.certificate(HERE, days=days).server()

    found = await looked(settings, databases, shown, authority.file)

    assert found == {"address": (True, "{origin}/healthz answers 200"), "certificate": said}


async def test_an_expired_one_is_wrong(
    settings: Settings, databases: Databases, authority: Authority
) -> None:
    shown = authority.certificate(HERE, days=-1).server()

    found = await looked(settings, databases, shown, authority.file)

    assert found == {
        "certificate": (False, "of {origin} has expired: renew it, no partner reaches you"),
    }


async def test_one_that_nobody_vouches_for_or_of_another_name_is_wrong(
    settings: Settings, databases: Databases, authority: Authority
) -> None:
    ours = authority.certificate(HERE, days=90).server()
    others = authority.certificate("alpenwerk.localhost", days=90).server()

    for shown, ca in ((ours, None), (others, authority.file)):
        found = await looked(settings, databases, shown, ca)
        assert list(found) == ["certificate"]
        is_fine, says = found["certificate"]
        assert (is_fine, says.partition(": ")[0]) == (False, "of {origin} is not trusted")
        assert "_ssl" not in says
        assert says.endswith("(SSL_CERT_FILE names further authorities)")


async def test_nothing_is_said_without_https(settings: Settings, databases: Databases) -> None:
    assert await looked(settings, databases, None, None) == {
        "address": (True, "{origin}/healthz answers 200")
    }


async def test_it_is_seen_where_the_name_leads_into_the_company_s_network(
    settings: Settings, databases: Databases, authority: Authority
) -> None:
    found = []
    for days in (90.5, -1):
        shown = authority.certificate(INSIDE, days=days).server()
        async with listening(fine, ("127.0.0.1", 0), shown) as (_, port):
            origin = f"https://{INSIDE}:{port}"
            async with told(settings, databases, origin=origin) as federation:
                # As in production, but for the port.
                federation.client = Client(
                    Rules(any_port=True), extra_ca_file=authority.file, lookup=loopback
                )
                found += [(one.about, one.is_fine) for one in await own_address(federation)]

    assert found == [("address", None), ("certificate", True), ("address", None), ("certificate", False)]


async def test_where_nobody_listens_nothing_is_known_of_a_certificate(
    settings: Settings, databases: Databases, authority: Authority
) -> None:
    async with listening(fine, ("127.0.0.1", 0)) as (_, port):
        pass
    origin = f"https://{HERE}:{port}"
    async with told(settings, databases, origin=origin, extra_ca_file=authority.file) as federation:
        (only,) = await own_address(federation)

    assert (only.about, only.is_fine, only.says.partition(":")[0]) == (
        "address",
        None,
        "not reached from here",
    )
