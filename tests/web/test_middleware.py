"""What every request passes through: names, limits, headers, and a log that tells no secrets."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from alliance.settings import Settings
from tests.support.founding import Founded
from web.middleware import BodyLimit, without_secrets
from web.requests import best_type, real_client, truncated

TOKEN = "912365553694449664-AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH"


async def test_every_answer_carries_the_headers_that_protect_readers(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    for path in ("/", "/nothing-here", "/actor", "/static/icon.svg"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert len(headers["x-request-id"]) == 16


@pytest.mark.parametrize("host", ["evil.example", "nordlicht.example.evil.example", "10.0.0.1", ""])
async def test_another_name_is_421(client: httpx.AsyncClient, founded: Founded, host: str) -> None:
    answer = await client.get("/actor", headers={"Host": host, "Accept": "application/json"})

    assert answer.status_code == 421


async def test_the_schemes_own_port_may_be_written(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await client.get("/", headers={"Host": "Nordlicht.example:443"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://nordlicht.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    ],
)
async def test_a_change_that_another_site_asks_for_is_refused(
    client: httpx.AsyncClient, founded: Founded, headers: dict[str, str]
) -> None:
    answer = await client.post("/sign-in", data={"email": "x"}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://nordlicht.example"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
async def test_a_change_that_our_own_page_asks_for_is_not(
    client: httpx.AsyncClient, founded: Founded, headers: dict[str, str]
) -> None:
    answer = await client.post("/sign-in", data={"email": "x"}, headers=headers)

    assert answer.status_code != 403


async def test_a_body_that_says_it_is_too_long_is_413(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await client.post("/sign-in", content=b"x" * 1_000_001)

    assert answer.status_code == 413


async def test_a_body_that_turns_out_too_long_is_413(client: httpx.AsyncClient, founded: Founded) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/sign-in", content=endless(), headers=form)

    assert answer.status_code == 413


async def test_a_body_that_never_ends_is_408() -> None:
    async def read(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def never() -> Any:
        await asyncio.Event().wait()

    said: list[Any] = []

    async def hear(message: Any) -> None:
        said.append(message)

    app = BodyLimit(Starlette(routes=[Route("/", read, methods=["POST"])]), seconds=0.01)
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}

    await app(scope, never, hear)

    assert said[0]["status"] == 408


async def test_the_log_has_no_token_no_query_and_no_whole_address(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    with capture_logs() as lines:
        await client.get(f"/meet/{TOKEN}")
        await client.get("/?q=secret+wish")

    said = json.dumps(lines, default=str)
    assert [line["path"] for line in lines if line["event"] == "answered"] == ["/meet/…", "/"]
    assert TOKEN not in said
    assert "wish" not in said
    assert "203.0.113.7" not in said


def test_what_a_path_keeps_when_it_is_logged() -> None:
    assert without_secrets(f"/meet/{TOKEN}") == "/meet/…"
    assert without_secrets(f"/meet/{TOKEN}/more") == "/meet/…/more"
    assert without_secrets("/meetings") == "/meetings"


@pytest.fixture
def proxies() -> tuple[Any, ...]:
    return (ip_network("10.0.0.0/24"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", "198.51.100.9", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8::1", "198.51.100.9", "198.51.100.9"),
    ],
)
def test_the_client_is_what_our_own_proxy_saw(
    proxies: tuple[Any, ...], peer: str, forwarded: str, client: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []

    assert real_client({"client": (peer, 1), "headers": headers}, proxies) == client


def test_addresses_are_logged_without_the_persons_part() -> None:
    assert truncated("203.0.113.77") == "203.0.113.0"
    assert truncated("2001:db8:1:2::3") == "2001:db8:1::"
    assert truncated(None) == "-"


def test_without_tls_browsers_are_not_told_to_insist_on_it(settings: Settings) -> None:
    assert not replace(settings, origin="http://nordlicht.localhost:8001").is_https


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        ("", "a/b"),
        ("*/*", "a/b"),
        ("c/d", "c/d"),
        ("a/b;q=0.1, c/d;q=0.2", "c/d"),
        ("a/*;q=0.1, */*;q=0.9", "c/d"),
        ("a/b;q=0, */*", "c/d"),
        ("x/y", None),
        ('a/b; title="x,c/d"', "a/b"),
        ("a/b;q=nonsense, c/d;q=0.1", "c/d"),
        (",".join(["x/y"] * 5000), None),
    ],
)
def test_the_best_type_is_what_the_reader_likes_most(accept: str, best: str | None) -> None:
    assert best_type(accept, ("a/b", "c/d")) == best
