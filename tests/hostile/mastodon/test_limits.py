"""Whoever asks too often is stopped, and nobody else is."""

from datetime import timedelta

import httpx
import pytest

from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.signing_in import bearer
from web.app import create_app
from web.mastodon.limits import RATES, Limits, Rate
from web.requests import line_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::3", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::3", "2001:db8:1:3::/64"),
        ("localhost", "localhost"),
        ("", "-"),
        (None, "-"),
    ],
)
def test_a_line_is_what_one_household_is_given(address: str | None, line: str) -> None:
    assert line_of(address) == line


async def test_a_line_with_endless_addresses_registers_no_endless_apps(
    federation: Federation, founded: Founded, allow: Allow
) -> None:
    app = create_app(federation)
    app.state.api_limits = Limits(RATES | {"registration": Rate(3, timedelta(hours=1))})
    asked = {"client_name": "Kiebitz", "redirect_uris": "kiebitz://back"}

    async def register(address: str, token: str = "") -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="https://nordlicht.example") as client:
            return await client.post("/api/v1/apps", json=asked, headers=bearer(token) if token else {})

    answers = [await register(f"2001:db8:1:2::{number:x}") for number in range(1, 6)]
    elsewhere = await register("2001:db8:1:3::1")

    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json() == {"error": "Too many requests"}
    assert elsewhere.status_code == 200
