"""No other site acts for whoever is signed in here, and no address of ours leads them to another site."""

import re

import httpx
import pytest

from alliance.instance import Instance
from tests.support.founding import Founded
from tests.web.pages.scenes import offered
from web.pages.routes import PAGE_ROUTES

pytestmark = pytest.mark.anyio

WITHIN = re.compile(r"/|/[^/\\][\x21-\x7e]*")
EVIL = "https://evil.example"
# Asked by mail programs and by the company's sign-in, which send no cookies; a token speaks for itself.
WITHOUT_COOKIES = {"/mail/stop/{token}", "/mail/leave/{token}", "/sign-in/company/ended"}
DOORS = sorted(
    route.path
    for route in PAGE_ROUTES
    if "POST" in (route.methods or ()) and route.path not in WITHOUT_COOKIES
)
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://blog.nordlicht.example"},
    {"Sec-Fetch-Site": "", "Origin": EVIL},
    {"Sec-Fetch-Site": "", "Origin": "null"},
]
LEADING_AWAY = [
    EVIL,
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/@x\r\nLocation: https://evil.example",
    ".evil.example",
    "@evil.example",
]


def address_of(path: str) -> str:
    """Some address of a route."""
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=["cross-site", "same-site", "origin", "null"])
async def test_no_form_takes_what_another_site_sends(ada: httpx.AsyncClient, headers: dict[str, str]) -> None:
    del ada.headers["Sec-Fetch-Site"]
    sent = {name: value for name, value in headers.items() if value}

    statuses = {path: (await ada.post(address_of(path), headers=sent)).status_code for path in DOORS}

    assert {path: status for path, status in statuses.items() if status != 403} == {}


@pytest.mark.parametrize("address", LEADING_AWAY, ids=range(len(LEADING_AWAY)))
async def test_no_form_leads_away(
    ada: httpx.AsyncClient, founded: Founded, instance: Instance, address: str
) -> None:
    session = await offered(instance, founded.employee, topics=("Optik",))
    own = f"/sessions/{session.id}"
    doors = ("/language", f"{own}/join", f"{own}/leave", f"{own}/save", "/follow/topic/optik")

    led = [(await ada.post(door, data={"next": address})).headers.get("location", "/") for door in doors]
    led.append((await ada.get("/sign-in", params={"next": address})).headers.get("location", "/"))

    assert [way for way in led if not WITHIN.fullmatch(way)] == []


async def test_signing_in_does_not_lead_away(stranger: httpx.AsyncClient) -> None:
    found = [(await stranger.get("/sign-in", params={"next": address})).text for address in LEADING_AWAY]

    led = [way for page in found for way in re.findall(r'name="next" value="([^"]*)"', page)]
    assert len(led) >= len(LEADING_AWAY)
    assert [way for way in led if not WITHIN.fullmatch(way)] == []
