"""A community is founded in one company, joined and filled from another, and seen in a third."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.devices import Device
from tests.journeys.somebody import LOOK_EVERY, SOON, Somebody
from tests.journeys.world import STAFF, World
from tests.support.eventually import eventually

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

DEVICES = [Device("desk"), Device("phone", language="de", width=390, height=844)]


async def shows(one: Somebody, words: str) -> None:
    """Reads the open page again until it says these words."""

    async def look() -> bool:
        if words in await one.page.locator("main").inner_text():
            return True
        await one.page.reload()
        return False

    await eventually(look, within=SOON, every=LOOK_EVERY)


async def finds(one: Somebody, name: str) -> None:
    """Opens the community from the directory, as soon as it is there."""
    await one.page.goto(f"{one.company.origin}/communities")
    await shows(one, name)
    await one.press(one.page.get_by_role("link", name=name, exact=True))
    await expect(one.page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_a_community_is_followed_across_companies(world: World, device: Device) -> None:
    name, title = f"Strichweise {device.name}", f"Fünf Formen {device.name}"
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    ole = await world.somebody(world.hansewerft, device)

    await lena.page.goto(f"{world.nordlicht.origin}/communities/new")
    await lena.page.locator("#name").fill(name)
    await lena.page.locator("#description").fill("Wir zeichnen *mit*.")
    await lena.press(lena.page.locator("main .form-end .main"))
    await lena.is_told("Founded. Invite others, and put the first session in.")

    await finds(mia, name)
    await mia.choose(".belonging input[name=is_shown]")
    await mia.press(mia.page.locator(".belonging form[action$='/join'] button"))
    await mia.is_told("You are in. New sessions appear among your notifications.")
    await shows(lena, STAFF["alpenwerk"][0])

    await mia.press(mia.page.get_by_role("link", name=mia.say("Offer a session here")))
    await expect(mia.page.locator("#more [name=communities]:checked")).to_have_count(1)
    await mia.write_down(title, link=world.room.link(f"community-{device.name}"), when=mia.usual_time)
    await mia.press(mia.page.locator("main .form-end .main"))
    await expect(mia.page.locator(".when")).to_contain_text(name)

    await shows(lena, title)
    await finds(ole, name)
    await shows(ole, title)
    await ole.press(ole.page.get_by_role("link", name=title, exact=True))
    await expect(ole.page.get_by_role("link", name=name, exact=True)).to_be_visible()

    await lena.press(lena.page.get_by_role("link", name=re.compile(lena.say("People and sessions"))))
    await lena.press(lena.page.get_by_role("button", name=re.compile(lena.say("Take out"))))
    await lena.is_told("Taken out. Only you and others who run it can let it in again.")

    async def gone() -> bool:
        await finds(ole, name)
        return title not in await ole.page.locator("main").inner_text()

    await eventually(gone, within=SOON, every=LOOK_EVERY)
