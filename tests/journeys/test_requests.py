"""A request of one company, a voice from a second, a session by an expert of a third: all by clicking."""

import pytest
from playwright.async_api import expect

from tests.journeys.devices import DESK, Device
from tests.journeys.somebody import LOOK_EVERY, SOON, Somebody
from tests.journeys.world import World
from tests.support.eventually import eventually

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

PHONE = Device("phone", language="de", width=360, height=740, scheme="dark", has_script=False)


async def finds(one: Somebody, title: str) -> None:
    """Opens a request from the list, as soon as it is there."""
    found = one.page.get_by_role("link", name=title, exact=True)

    async def look() -> bool:
        await one.page.goto(f"{one.company.origin}/requests")
        return await found.count() > 0

    await eventually(look, within=SOON * 2, every=LOOK_EVERY)
    await one.press(found.first)


async def is_invited(one: Somebody, title: str) -> None:
    """Waits for the notification and follows it to the session, where one has no place yet."""
    told = one.page.get_by_role("link", name=one.say("You asked for this: “%(title)s”", title=title))

    async def look() -> bool:
        await one.page.goto(f"{one.company.origin}/notifications")
        return await told.count() > 0

    await eventually(look, within=SOON * 2, every=LOOK_EVERY)
    await one.press(told.first)
    await expect(one.page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(one.panel.get_by_role("button", name=one.say("Join")).first).to_be_visible()


async def test_a_request_becomes_a_session_and_both_who_asked_are_invited(world: World) -> None:
    asked, title = "Schiefertafeln entziffern", "Schiefertafeln lesen in 30 Minuten"
    link = world.room.link("schiefer")
    lena = await world.somebody(world.nordlicht, DESK)
    mia = await world.somebody(world.alpenwerk, PHONE)
    ole = await world.somebody(world.hansewerft, DESK)

    await lena.page.goto(f"{world.nordlicht.origin}/requests/new")
    await lena.page.locator("#title").fill(asked)
    await lena.press(lena.page.locator("main .form-end .main"))
    await lena.is_told("Published. Whoever can help may make a session of it.")

    await finds(mia, asked)
    await mia.press(mia.page.locator("main form[action$='/voice'] .button"))
    await mia.is_told("Noted. You are invited when there is a session.")

    await finds(ole, asked)
    await ole.press(ole.page.get_by_role("link", name=ole.say("Make a session of it")))
    await expect(ole.page.locator("#title")).to_have_value(asked)
    await ole.write_down(title, link=link, when=ole.usual_time)
    await ole.press(ole.page.locator("main .form-end .main"))
    await ole.is_told("Published. Everybody it is meant for can see it now.")

    await is_invited(lena, title)
    await is_invited(mia, title)
    for one in (lena, mia):
        await expect(one.page.locator("main")).not_to_contain_text(link)
