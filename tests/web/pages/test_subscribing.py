"""The programme can be subscribed to where it is read, and every page says where its feeds are."""

import re

import httpx
import pytest
from playwright.async_api import Browser, expect

from alliance.personal_links import personal_token
from tests.alliance.stage import Stage
from tests.journeys.devices import Device
from tests.support.founding import Founded
from tests.support.window import window

ALTERNATE = re.compile(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"')


async def test_every_page_names_its_feeds_and_they_are_what_it_says(jonas: httpx.AsyncClient) -> None:
    named = ALTERNATE.findall((await jonas.get("/experts")).text)

    kinds = {
        address: (await jonas.get(address)).headers["content-type"].split(";")[0] for _, address in named
    }

    assert len(kinds) == 3
    assert kinds == {address: kind for kind, address in named}


async def test_a_stranger_is_offered_the_public_address_and_an_employee_one_of_their_own(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    pages = [(await who.get("/")).text for who in (jonas, stranger)]

    assert all('href="webcal://nordlicht.example/calendar.ics"' in page for page in pages)
    assert ['href="/settings/notifications#calendar"' in page for page in pages] == [True, False]
    assert all('href="/calendar/week/2026-W12"' in page for page in pages)


async def test_the_views_keep_the_filters(jonas: httpx.AsyncClient) -> None:
    page = (await jonas.get("/?language=de")).text

    assert 'href="/calendar?language=de"' in page
    assert 'href="/calendar/week/2026-W12?language=de"' in page


async def test_a_personal_link_that_ends_in_a_slash_leads_to_the_meeting_at_once(
    founded: Founded, stranger: httpx.AsyncClient
) -> None:
    stage = Stage(founded)
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)
    attendance = await stage.attendance(session, guest)
    from_page = f"/meet/{personal_token(founded.instance.vault, attendance)}"

    answers = [await stranger.get(f"{from_page}{end}") for end in ("", "/")]
    wrong = await stranger.get("/meet/1-" + "a" * 32 + "/")

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert wrong.status_code == 404


@pytest.mark.browser
@pytest.mark.anyio
@pytest.mark.parametrize(
    "device", [Device("desk"), Device("phone", width=360, height=740)], ids=lambda one: one.name
)
async def test_subscribing_is_a_fold_below_the_programme_views(
    jonas: httpx.AsyncClient, browser: Browser, device: Device
) -> None:
    async with window(browser, jonas, device) as opened:
        await opened.goes("/")
        await opened.page.locator(".subscribe summary").click()

        await expect(opened.page.locator("#programme-address")).to_have_value(
            "https://nordlicht.example/calendar.ics"
        )
        assert await opened.page.evaluate("document.documentElement.scrollWidth") <= device.width

    assert opened.wrong == []
