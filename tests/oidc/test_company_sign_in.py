"""Somebody signs in with the company's own account: a certified provider, a real browser, real TLS."""

import pytest
from playwright.async_api import Page
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.employing import disable_employee
from alliance.models import Employee, Identity, SignIn
from alliance.signing_in import change_password, hash_password
from tests.federation.neighbourhood import Neighbour
from tests.oidc.provider_process import ProviderProcess
from tests.support.eventually import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

COMPANY_BUTTON = "Mit deinem Firmenkonto anmelden"
PASSWORD = "ein guter langer Satz"


async def come_in(page: Page, company: Neighbour, login: str = "mara-1", onwards: str = "/settings") -> None:
    """Presses the button and says at the provider who one is, if it asks."""
    await page.goto(f"{company.origin}/sign-in?next={onwards}")
    await page.get_by_role("link", name=COMPANY_BUTTON).click()
    if "/interaction/" in page.url:
        await page.get_by_label("Name").fill(login)
        await page.get_by_role("button", name="Continue").click()


async def mara_of(company: Neighbour) -> Employee:
    async with company.instance.reading() as db:
        found = await db.scalar(
            select(Employee)
            .where(Employee.email == "mara@birke.example")
            .options(joinedload(Employee.person))
        )
    assert found is not None
    return found


async def is_signed_in(page: Page, company: Neighbour) -> bool:
    await page.goto(f"{company.origin}/settings")
    return page.url == f"{company.origin}/settings"


async def test_a_new_employee_lands_signed_in_in_the_language_that_was_on_the_page(
    page: Page, birke: Neighbour, provider: ProviderProcess
) -> None:
    await come_in(page, birke, onwards="/alliance")

    mara = await mara_of(birke)
    async with birke.instance.reading() as db:
        identity = (await db.scalars(select(Identity))).one()
        sign_in = (await db.scalars(select(SignIn))).one()
    assert page.url == f"{birke.origin}/alliance"
    assert (mara.person.name, mara.language, mara.timezone) == ("Mara Jensen", "de", "Europe/Lisbon")
    assert (mara.roles, mara.password_hash) == (["employee", "admin"], None)
    assert (identity.issuer, identity.subject) == (provider.issuer, "mara-1")
    assert (sign_in.method, sign_in.device, sign_in.provider_session is not None) == (
        "oidc",
        "Chrome, Linux",
        True,
    )


async def test_groups_decide_the_role_at_every_sign_in_and_other_browsers_are_signed_out(
    page: Page, birke: Neighbour, provider: ProviderProcess
) -> None:
    await come_in(page, birke)
    assert page.context.browser is not None
    other = await page.context.browser.new_context(locale="de-DE", ignore_https_errors=True)
    elsewhere = await other.new_page()
    await provider.knows("mara-1", email="mara@birke.example", name="Mara", groups=["everybody"])

    await come_in(elsewhere, birke)

    assert (await mara_of(birke)).roles == ["employee"]
    assert not await is_signed_in(page, birke)
    assert await is_signed_in(elsewhere, birke)
    await other.close()


async def test_whoever_is_in_no_group_any_more_loses_roles_and_every_sign_in(
    page: Page, birke: Neighbour, provider: ProviderProcess
) -> None:
    await come_in(page, birke)
    await provider.knows("mara-1", email="mara@birke.example", name="Mara", groups=["leavers"])
    await page.context.clear_cookies(name="__Host-sign-in")

    await come_in(page, birke)

    assert "nicht für hier gedacht" in await page.inner_text("main")
    assert (await mara_of(birke)).roles == ["employee"]
    async with birke.instance.reading() as db:
        assert (await db.scalars(select(SignIn))).all() == []


async def test_signing_out_at_the_company_ends_the_browsers_session_here(
    page: Page, birke: Neighbour
) -> None:
    await come_in(page, birke)
    kept = [cookie for cookie in await page.context.cookies() if "sign-in" in str(cookie.get("name"))]

    await page.get_by_role("button", name="Abmelden").last.click()
    await page.get_by_role("link", name="Auch vom Firmenkonto abmelden").click()
    await page.get_by_role("button", name="Sign out everywhere").click()
    await page.wait_for_url(f"{birke.origin}/")

    assert kept
    await come_in(page, birke, login="nobody")
    assert "abgebrochen" in await page.inner_text("main")


async def test_the_provider_says_by_itself_that_somebody_has_left(
    page: Page, birke: Neighbour, provider: ProviderProcess
) -> None:
    """OpenID Connect Back-Channel Logout 1.0: the provider calls us; this browser never comes by."""
    await come_in(page, birke)
    assert await is_signed_in(page, birke)

    await page.goto(f"{provider.issuer}/session/end")
    await page.get_by_role("button", name="Sign out everywhere").click()

    async def ended() -> bool:
        async with birke.instance.reading() as db:
            return (await db.scalars(select(SignIn))).all() == []

    await eventually(ended)
    assert not await is_signed_in(page, birke)


async def test_an_account_with_that_address_is_connected_only_by_its_password(
    page: Page, birke: Neighbour, provider: ProviderProcess
) -> None:
    async with birke.instance.unit_of_work() as uow:
        await change_password(uow, birke.employee.id, hash_password(PASSWORD))
    await provider.knows("jonas-7", email=birke.employee.email, name="Jonas", groups=["everybody"])

    await come_in(page, birke, login="jonas-7")
    assert page.url == f"{birke.origin}/sign-in/company/connect"
    await page.get_by_label("Passwort").fill("geraten und falsch")
    await page.get_by_role("button", name="Verbinden").click()
    async with birke.instance.reading() as db:
        assert (await db.scalars(select(Identity))).all() == []
    await page.get_by_label("Passwort").fill(PASSWORD)
    await page.get_by_role("button", name="Verbinden").click()

    await page.wait_for_url(f"{birke.origin}/settings")
    async with birke.instance.reading() as db:
        linked = (await db.scalars(select(Identity))).one()
    assert (linked.employee_id, linked.subject) == (birke.employee.id, "jonas-7")


async def test_a_closed_account_stays_closed(page: Page, birke: Neighbour) -> None:
    await come_in(page, birke)
    mara = await mara_of(birke)

    async with birke.instance.unit_of_work() as uow:
        await disable_employee(uow, mara.id)

    assert not await is_signed_in(page, birke)
    await come_in(page, birke)
    assert "geschlossen" in await page.inner_text("main")


async def test_a_sign_in_is_renewed_in_passing_while_the_company_still_knows_the_browser(
    page: Page, birke: Neighbour
) -> None:
    await come_in(page, birke)
    renew = {"name": "__Host-renew-sign-in", "value": "1", "url": birke.origin, "secure": True}
    await page.context.clear_cookies(name="__Host-sign-in")
    await page.context.add_cookies([renew])  # type: ignore[list-item]

    assert await is_signed_in(page, birke)


async def test_without_a_session_at_the_company_a_renewal_ends_quietly_at_the_page(
    page: Page, birke: Neighbour
) -> None:
    renew = {"name": "__Host-renew-sign-in", "value": "1", "url": birke.origin, "secure": True}
    await page.context.add_cookies([renew])  # type: ignore[list-item]

    await page.goto(f"{birke.origin}/experts?topic=x")

    assert page.url == f"{birke.origin}/experts?topic=x"
    assert [cookie.get("name") for cookie in await page.context.cookies(birke.origin)] == []
