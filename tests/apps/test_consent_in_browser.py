"""Somebody signs in and allows an app in a real browser: what its policies let through, and how it looks."""

import os
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page

from tests.apps.serving import PASSWORD, Served, app_page
from tests.journeys.axe import violations
from tests.journeys.devices import Device
from tests.web.mastodon.signing_in import CHALLENGE, exchange, register

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

DEVICES = [
    Device("desk-light", width=1280, height=800),
    Device("phone-dark", language="de", width=390, height=844, scheme="dark"),
]


async def sent_by_app(page: Page, served: Served, app: dict[str, object], address: str) -> None:
    """Follows the link of an app to the question, over signing in."""
    await page.goto(
        f"{served.origin}/oauth/authorize?client_id={app['client_id']}&redirect_uri={address}"
        f"&response_type=code&scope=read+write:statuses&state=17&code_challenge={CHALLENGE}"
        "&code_challenge_method=S256"
    )
    await page.fill("input[name=email]", "jonas@localhost")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_url("**/oauth/authorize/asked")


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_somebody_allows_an_app_and_is_back_in_it(
    browser: Browser, served: Served, device: Device
) -> None:
    context = await device.context(browser)
    page = await context.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if "Policy" in said.text else None)
    async with app_page() as (address, came), httpx.AsyncClient(base_url=served.origin) as client:
        app = await register(client, redirect_uris=address)
        await sent_by_app(page, served, app, address)
        await picture(page, f"consent-{device.name}")
        found = await violations(page)

        await page.click("button[value=allow]")
        await page.wait_for_url("**/back?**")

        assert (found, broken) == ([], [])
        assert came[0].endswith("&state=17")
        code = came[0].split("code=")[1].split("&")[0]
        assert (await exchange(client, app, code)).status_code == 200
        await page.goto(f"{served.origin}/settings/apps")
        await picture(page, f"apps-{device.name}")
        assert await page.locator("main strong", has_text="Kiebitz").count() == 1
        assert await violations(page) == []
    await context.close()


async def test_an_apps_own_scheme_is_let_through(browser: Browser, served: Served) -> None:
    context = await DEVICES[0].context(browser)
    page = await context.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    async with httpx.AsyncClient(base_url=served.origin) as client:
        app = await register(client, redirect_uris="kiebitz://back")
        await sent_by_app(page, served, app, "kiebitz://back")
        async with page.expect_response("**/oauth/authorize/asked") as waiting:
            await page.click("button[value=allow]", no_wait_after=True)
        answer = await waiting.value

    assert answer.headers["location"].startswith("kiebitz://back?code=")
    assert [text for text in broken if "Content Security Policy" in text] == []
    await context.close()


async def test_a_code_is_shown_to_be_copied(browser: Browser, served: Served) -> None:
    context = await DEVICES[1].context(browser)
    page = await context.new_page()
    by_hand = "urn:ietf:wg:oauth:2.0:oob"
    async with httpx.AsyncClient(base_url=served.origin) as client:
        app = await register(client, redirect_uris=by_hand)
        await sent_by_app(page, served, app, by_hand)
        await page.click("button[value=allow]")
        code = await page.input_value("#code")
        await picture(page, "code")

        assert (await exchange(client, app, code)).status_code == 200
        assert await violations(page) == []
    await context.close()


async def picture(page: Page, name: str) -> None:
    """Into the folder that ALLIANCE_PICTURES names, for whoever wants to look."""
    if folder := os.environ.get("ALLIANCE_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
