"""Everybody sees where they are signed in and ends it there, and nobody does so for somebody else."""

import re
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from alliance.devices import device_of, sign_ins_of
from alliance.employing import disable_employee, enable_employee
from alliance.feed_addresses import feed_token, open_feeds, reader_of_feeds
from alliance.identities import change_roles
from alliance.inviting import send_link
from alliance.models import Employee, SignIn, SignInLink
from alliance.signing_in import Manner, start_sign_in
from federation.wiring import Federation
from tests.support.client import client_of
from tests.support.founding import Founded
from tests.web.pages.conftest import BROWSER, as_employee

pytestmark = pytest.mark.anyio

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_what_its_owner_calls_it(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


@pytest.fixture
async def phone(federation: Federation, founded: Founded) -> httpx.AsyncClient:
    """Jonas's second browser."""
    async with federation.instance.unit_of_work() as uow:
        made = await start_sign_in(uow, founded.employee, Manner(device="Safari, iPhone"))
    client = client_of(federation)
    client.headers.update(BROWSER)
    client.cookies.set("__Host-sign-in", made.token, domain="nordlicht.example")
    return client


async def test_the_list_names_every_browser_and_marks_this_one(
    jonas: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    page = (await jonas.get("/settings/sign-in")).text

    listed = re.findall(
        r"<strong>([^<]+)</strong>( · this one)?", page.partition('<ul class="plain people">')[2]
    )
    assert sorted(listed) == [("Safari, iPhone", ""), ("Unknown device", " · this one")]
    await phone.aclose()


async def test_a_browser_is_signed_out_from_another_one(
    jonas: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    page = (await jonas.get("/settings/sign-in")).text
    key = re.findall(r'name="key" value="([0-9a-f]+)"', page)

    answer = await jonas.post("/settings/sign-in/end", data={"key": key[0]})

    assert (len(key), answer.status_code) == (1, 303)
    assert (await phone.get("/settings")).status_code == 303
    assert (await jonas.get("/settings")).status_code == 200
    await phone.aclose()


async def test_all_others_are_signed_out_at_once(jonas: httpx.AsyncClient, phone: httpx.AsyncClient) -> None:
    await jonas.post("/settings/sign-in/end-others")

    assert (await phone.get("/settings")).status_code == 303
    assert (await jonas.get("/settings")).status_code == 200
    await phone.aclose()


@pytest.mark.parametrize("key", ["", "%", "_" * 16, "0" * 16, "a" * 64, "../"])
async def test_nobody_ends_what_is_not_theirs(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, founded: Founded, key: str
) -> None:
    async with founded.instance.reading() as db:
        adas = (await sign_ins_of(db, founded.admin.id, founded.instance.clock.now()))[0].token_hash[:16]

    for attempt in (key, adas):
        assert (await jonas.post("/settings/sign-in/end", data={"key": attempt})).status_code == 404

    assert (await ada.get("/settings")).status_code == 200


async def test_another_site_can_end_nothing(jonas: httpx.AsyncClient, phone: httpx.AsyncClient) -> None:
    for address in ("/settings/sign-in/end-others", "/settings/sign-in/passkeys/question", "/sign-out"):
        answer = await jonas.post(address, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403

    assert (await phone.get("/settings")).status_code == 200
    await phone.aclose()


async def test_other_roles_mean_signing_in_again(
    federation: Federation, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    async with federation.instance.unit_of_work() as uow:
        employee = await uow.db.get_one(Employee, founded.employee.id)
        assert await change_roles(uow, employee, ("employee", "moderator"))

    assert (await jonas.get("/settings")).status_code == 303


async def test_closing_an_account_ends_everything_that_opens_it(
    federation: Federation, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    async with federation.instance.unit_of_work() as uow:
        await send_link(uow, await uow.db.get_one(Employee, founded.employee.id), "reset")
        await open_feeds(uow, founded.employee.id)
        token = await feed_token(uow.db, uow.vault, founded.employee.id) or ""

    async with federation.instance.unit_of_work() as uow:
        await disable_employee(uow, founded.employee.id)

    assert (await jonas.get("/settings")).status_code == 303
    async with federation.instance.reading() as db:
        left = [
            await db.scalar(
                select(func.count()).select_from(model).where(model.employee_id == founded.employee.id)
            )
            for model in (SignIn, SignInLink)
        ]
    assert left == [0, 0]
    async with federation.instance.unit_of_work() as uow:
        await enable_employee(uow, founded.employee.id)
        assert await reader_of_feeds(uow.db, uow.vault, token) is None


async def test_where_passwords_are_off_no_other_door_is_open(
    federation: Federation, founded: Founded
) -> None:
    instance = federation.instance
    instance.settings = replace(
        instance.settings, passwords=False, oidc_issuer="https://login.nordlicht.example"
    )
    async with await as_employee(federation, founded.employee) as client:
        page = await client.get("/settings/sign-in")
        statuses = {
            path: (await client.post(path, data={"email": "x@y.example", "password": "x"})).status_code
            for path in (
                "/sign-in",
                "/sign-in/forgotten",
                "/sign-in/link/abc",
                "/sign-in/passkey",
                "/sign-in/passkey/question",
                "/settings/sign-in/passkeys/question",
            )
        }

    assert ("Passkeys" in page.text, "Connect your company account" in page.text) == (False, True)
    assert set(statuses.values()) == {403, 404, 422}
    assert statuses["/sign-in"] == 422
