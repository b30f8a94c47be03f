"""Signing in gives a fresh, well-guarded cookie; guessing gets slower; signing out really ends it."""

import httpx
import pytest

from alliance.instance import Instance
from alliance.signing_in import change_password, hash_password
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

PASSWORD = "ein guter langer Satz"
COOKIE = "__Host-sign-in"


@pytest.fixture
async def account(instance: Instance, founded: Founded) -> dict[str, str]:
    """What Jonas types."""
    async with instance.unit_of_work() as uow:
        await change_password(uow, founded.employee.id, hash_password(PASSWORD))
    return {"email": founded.employee.email, "password": PASSWORD, "next": "/experts"}


async def test_the_right_password_opens_the_door(
    stranger: httpx.AsyncClient, account: dict[str, str]
) -> None:
    answer = await stranger.post("/sign-in", data=account)

    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/experts")
    assert cookie.startswith(f"{COOKIE}=")
    assert [part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/")] == [True] * 4
    assert "Domain" not in cookie
    assert (await stranger.get("/settings")).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "falsch"}, {"email": "niemand@nordlicht.example"}, {"email": "x" * 400}]
)
async def test_nobody_learns_whether_an_account_exists(
    stranger: httpx.AsyncClient, account: dict[str, str], wrong: dict[str, str]
) -> None:
    answer = await stranger.post("/sign-in", data={**account, **wrong})

    assert answer.status_code == 422
    assert "This e-mail address and this password do not fit together." in answer.text
    assert "set-cookie" not in answer.headers
    assert account["password"] not in answer.text


async def test_empty_fields_are_asked_for(stranger: httpx.AsyncClient, account: dict[str, str]) -> None:
    answer = await stranger.post("/sign-in", data={"email": "", "password": ""})

    assert answer.status_code == 422
    assert "Please type your e-mail address." in answer.text
    assert "Please type your password." in answer.text


async def test_guessing_gets_slower(
    stranger: httpx.AsyncClient, account: dict[str, str], clock: FrozenClock
) -> None:
    for _ in range(5):
        await stranger.post("/sign-in", data={**account, "password": "geraten"})

    locked = await stranger.post("/sign-in", data=account)
    clock.advance(minutes=16)
    later = await stranger.post("/sign-in", data=account)

    assert (locked.status_code, int(locked.headers["retry-after"]) > 0) == (429, True)
    assert later.status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nb",
        "",
        "evil",
    ],
)
async def test_signing_in_never_leads_away_from_here(
    stranger: httpx.AsyncClient, account: dict[str, str], address: str
) -> None:
    asked = await stranger.get("/sign-in", params={"next": address})
    answer = await stranger.post("/sign-in", data={**account, "next": address})

    assert "evil" not in asked.text
    assert answer.headers["location"] == "/"


async def test_a_planted_cookie_does_not_become_a_sign_in(
    stranger: httpx.AsyncClient, account: dict[str, str]
) -> None:
    stranger.cookies.set(COOKIE, "planted", domain="nordlicht.example")

    await stranger.post("/sign-in", data=account)

    assert "planted" not in [cookie.value for cookie in stranger.cookies.jar if cookie.value != "planted"]
    assert (await stranger.get("/settings", headers={"Cookie": f"{COOKIE}=planted"})).status_code == 303


async def test_signing_in_again_ends_the_former_sign_in(
    stranger: httpx.AsyncClient, account: dict[str, str]
) -> None:
    await stranger.post("/sign-in", data=account)
    former = stranger.cookies[COOKIE]

    await stranger.post("/sign-in", data=account)
    stale = await stranger.get("/settings", headers={"Cookie": f"{COOKIE}={former}"})

    assert stranger.cookies[COOKIE] != former
    assert stale.status_code == 303


async def test_signing_out_ends_it_in_the_database_too(
    stranger: httpx.AsyncClient, account: dict[str, str]
) -> None:
    await stranger.post("/sign-in", data=account)
    token = stranger.cookies[COOKIE]

    answer = await stranger.post("/sign-out")
    kept = await stranger.get("/settings", headers={"Cookie": f"{COOKIE}={token}"})

    assert answer.headers["location"] == "/"
    assert COOKIE not in stranger.cookies
    assert kept.headers["location"] == "/sign-in?next=/settings"


async def test_a_sign_in_ends_by_itself(
    stranger: httpx.AsyncClient, account: dict[str, str], clock: FrozenClock
) -> None:
    await stranger.post("/sign-in", data=account)

    clock.advance(hours=13)

    assert (await stranger.get("/settings")).status_code == 303


async def test_signing_out_by_a_link_does_nothing(jonas: httpx.AsyncClient) -> None:
    assert (await jonas.get("/sign-out")).status_code == 405
    assert (await jonas.get("/settings")).status_code == 200
