"""The main job with the keyboard alone: nothing is clicked, and what has the focus can be seen."""

import pytest
from playwright.async_api import Page, expect

from tests.journeys.somebody import Somebody
from tests.journeys.world import World, email_of
from tests.support.companies import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

# More steps than this to a button is no way to use a page.
MOST_STEPS = 60


async def test_a_session_is_published_and_joined_by_keyboard_alone(world: World) -> None:
    title = "Mit der Tastatur"
    lena = await world.somebody(world.nordlicht)
    mia = await world.somebody(world.alpenwerk)

    await walk_to(lena.page, lena.say("Offer"))
    await enter(lena)
    # The title has the focus already; Tab leads through the four fields in the order of reading.
    await type_and_go_on(lena.page, "title", title)
    await type_and_go_on(lena.page, "description", "Ohne Maus.")
    await type_and_go_on(lena.page, "when", "tomorrow 4pm, 45 min")
    await walk_to_field(lena.page, "meeting_link")
    await lena.page.keyboard.type(world.room.link("keyboard"))
    await enter(lena)
    await lena.is_told("Published. Everybody it is meant for can see it now.")

    await mia.sees(title)
    await walk_to(mia.page, f"{mia.say('Join')}: {title}")
    await enter(mia)
    await mia.is_told("Asked. You don't need to do anything until there is an answer.")


async def test_somebody_signs_in_by_keyboard_alone(world: World) -> None:
    tarek = await world.stranger(world.nordlicht)
    await tarek.reads_programme()

    await walk_to(tarek.page, tarek.say("Sign in"))
    await enter(tarek)
    await walk_to_field(tarek.page, "email")
    await tarek.page.keyboard.type(email_of(world.nordlicht, 1))
    await walk_to_field(tarek.page, "password")
    await tarek.page.keyboard.type(PASSWORD)
    await enter(tarek)

    await expect(tarek.page).to_have_url(f"{world.nordlicht.origin}/")
    await walk_to(tarek.page, f"TA{tarek.say('Your menu')}")


async def test_the_first_step_of_every_page_leads_past_what_repeats(world: World) -> None:
    lena = await world.somebody(world.nordlicht)

    await lena.page.keyboard.press("Tab")
    assert await focused(lena.page) == lena.say("To the content")
    await lena.page.keyboard.press("Enter")

    await expect(lena.page.locator("main")).to_be_focused()


async def test_the_menu_closes_with_escape_and_gives_the_focus_back(world: World) -> None:
    lena = await world.somebody(world.nordlicht)

    await walk_to(lena.page, f"LV{lena.say('Your menu')}")
    await lena.page.keyboard.press("Enter")
    await expect(lena.page.get_by_role("link", name=lena.say("Settings"), exact=True)).to_be_visible()
    await lena.page.keyboard.press("Escape")

    await expect(lena.page.get_by_role("link", name=lena.say("Settings"), exact=True)).to_be_hidden()
    assert (await focused(lena.page)).endswith(lena.say("Your menu"))


async def test_a_wrong_form_puts_the_focus_into_the_first_wrong_field(world: World) -> None:
    lena = await world.somebody(world.nordlicht)
    await lena.page.goto(f"{world.nordlicht.origin}/sessions/new")

    await lena.write_down("Kein Link", when="am Sankt-Nimmerleins-Tag")
    await lena.press(lena.page.locator("main .form-end .main"))

    await expect(lena.page.locator("#when")).to_be_focused()
    await expect(lena.page.locator("#title")).to_have_value("Kein Link")
    await expect(lena.page.locator("#meeting_link")).to_have_attribute("aria-invalid", "true")


async def walk_to(page: Page, name: str) -> None:
    """Presses Tab until something with this name has the focus; every stop on the way must be visible."""
    for _ in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        if await focused(page) == name:
            assert await has_ring(page), f"{name!r} has the focus and does not show it"
            return
    raise AssertionError(f"{name!r} is more than {MOST_STEPS} steps away")


async def walk_to_field(page: Page, name: str) -> None:
    """Presses Tab until the field with this id has the focus."""
    for _ in range(MOST_STEPS):
        if await page.evaluate("document.activeElement.id") == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the field {name!r} is more than {MOST_STEPS} steps away")


async def type_and_go_on(page: Page, name: str, text: str) -> None:
    """Types into the field that must have the focus, and leaves it by Tab."""
    assert await page.evaluate("document.activeElement.id") == name
    await page.keyboard.type(text)
    await page.keyboard.press("Tab")


async def enter(one: Somebody) -> None:
    """Presses Enter and waits for the page behind it."""
    async with one.page.expect_navigation():
        await one.page.keyboard.press("Enter")


async def focused(page: Page) -> str:
    """What a screen reader would call the thing with the focus, white space folded."""
    said: str = await page.evaluate(
        "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)"
        ".replace(/\\s+/g, ' ').replace(/ :/g, ':').trim()"
    )
    return said


async def has_ring(page: Page) -> bool:
    """Whether the thing with the focus shows it by an outline or a shadow."""
    shown: bool = await page.evaluate(
        "(() => { const style = getComputedStyle(document.activeElement);"
        " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; })()"
    )
    return shown
