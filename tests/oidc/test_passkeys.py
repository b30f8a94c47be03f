"""Passkeys in a real browser with an authenticator of its own, and answers that are not from one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import select

from alliance.errors import Invalid, NotSignedIn
from alliance.models import Passkey, SignIn
from alliance.passkeys import add_passkey, prove_passkey, question_for_known
from alliance.signing_in import change_password, hash_password
from federation.wiring import Federation
from tests.federation.neighbourhood import Neighbour, neighbour
from tests.support.databases import Databases
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

PASSWORD = "ein guter langer Satz"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def linde(databases: Databases, tmp_path: Path) -> AsyncIterator[Neighbour]:
    """A company below localhost, which browsers trust without a certificate; Jonas has a password."""
    async with neighbour(databases, tmp_path / "linde", "linde") as company:
        async with company.instance.unit_of_work() as uow:
            await change_password(uow, company.employee.id, hash_password(PASSWORD))
        yield company


@pytest.fixture
async def page(browser: Browser, linde: Neighbour) -> AsyncIterator[Page]:
    """A window on a device that can keep passkeys."""
    context = await browser.new_context(locale="en")
    window = await context.new_page()
    session = await context.new_cdp_session(window)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield window
    await context.close()


async def add(page: Page, company: Neighbour, name: str) -> None:
    await page.goto(f"{company.origin}/settings/sign-in")
    await page.locator("#name").fill(name)
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("The passkey has been added.").wait_for()


@pytest.mark.browser
async def test_a_passkey_is_added_opens_the_account_is_renamed_and_removed(
    page: Page, linde: Neighbour
) -> None:
    await page.goto(f"{linde.origin}/sign-in")
    await page.get_by_label("E-mail").fill(linde.employee.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await add(page, linde, "Work laptop")
    await page.context.clear_cookies()

    await page.goto(f"{linde.origin}/sign-in?next=/settings/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url(f"{linde.origin}/settings/sign-in")

    async with linde.instance.reading() as db:
        methods = (await db.scalars(select(SignIn.method).order_by(SignIn.created_at))).all()
    assert methods == ["password", "passkey"]
    await page.get_by_text("Rename").click()
    await page.get_by_label("Name of the device").first.fill("Old laptop")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Remove: Old laptop").click()
    await page.get_by_text("It opens nothing here any more.").wait_for()

    await page.context.clear_cookies()
    await page.goto(f"{linde.origin}/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.get_by_text("This passkey opens no account here.").wait_for()


@pytest.fixture
async def passkey(federation: Federation, founded: Founded) -> Passkey:
    """Jonas has one, of which nobody here holds the private part."""
    async with federation.instance.unit_of_work() as uow:
        made = Passkey(
            id=uow.new_id(),
            employee_id=founded.employee.id,
            credential="Zm9v",
            public_key=b"\xa5\x01\x02",
            sign_count=0,
            name="Laptop",
            created_at=uow.now,
        )
        uow.db.add(made)
    return made


NONSENSE: list[Any] = [
    "",
    "{}",
    "[]",
    "null",
    '{"id": "Zm9v"}',
    '{"id": ["Zm9v"]}',
    '{"id": "Zm9v", "rawId": "Zm9v", "type": "public-key", "response": {}}',
    '{"id": "Zm9v", "rawId": "Zm9v", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AAAA", "signature": "AAAA", "attestationObject": "oA"}}',
    '{"id": "Zm9v", "rawId": "Zm9v", "type": "public-key", "response": {"clientDataJSON": 7, '
    '"authenticatorData": {}, "signature": [], "attestationObject": null}}',
    "[" * 10_000,
    "x" * 30_000,
]


@pytest.mark.parametrize("said", NONSENSE)
async def test_nonsense_is_refused_in_words(federation: Federation, passkey: Passkey, said: str) -> None:
    challenge = question_for_known(federation.instance.settings).challenge

    with pytest.raises(NotSignedIn):
        async with federation.instance.unit_of_work() as uow:
            await prove_passkey(uow, challenge, said)
    with pytest.raises(Invalid):
        async with federation.instance.unit_of_work() as uow:
            await add_passkey(uow, passkey.employee_id, challenge, said, "Laptop")


async def test_nobody_renames_or_removes_a_passkey_of_somebody_else(
    client: httpx.AsyncClient, passkey: Passkey, federation: Federation
) -> None:
    statuses = [
        (await client.post(f"/settings/sign-in/passkeys/{passkey.id}/{verb}", data={"name": "x"})).status_code
        for verb in ("rename", "remove")
    ]

    assert statuses == [401, 401]
    async with federation.instance.reading() as db:
        assert (await db.get_one(Passkey, passkey.id)).name == "Laptop"
