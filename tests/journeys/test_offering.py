"""Publishing by pasting an invitation: in less than twenty seconds, on every device."""

import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.devices import DEVICES, Device
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

INVITATION = Path(__file__).parents[1] / "invitations" / "samples" / "outlook_de_teams_new.txt"
# Issue 4 promises: from pressing "+" to the page of the published session.
SECONDS = 20.0
# How fast somebody types who types well, in milliseconds between two keys.
BETWEEN_KEYS = 60


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_a_pasted_invitation_is_published_in_twenty_seconds(world: World, device: Device) -> None:
    title = f"Eingefügt, {device.name}"
    text = INVITATION.read_text("utf-8").replace("Sketchnotes für Ungeübte", title)
    lena = await world.somebody(world.nordlicht, device)
    form = lena.page.locator("main form[data-preview]")
    began = time.monotonic()

    await lena.press(lena.page.locator("a[href='/sessions/new']:visible").first)
    if device.has_script:
        await lena.page.locator("#invitation").focus()
        async with lena.page.expect_navigation():
            await lena.page.evaluate(
                """(text) => {
                    const given = new DataTransfer();
                    given.setData("text/plain", text);
                    const how = { clipboardData: given, bubbles: true, cancelable: true };
                    document.getElementById("invitation").dispatchEvent(new ClipboardEvent("paste", how));
                }""",
                text,
            )
    else:
        await lena.page.locator("#invitation").fill(text)
        await lena.press(form.get_by_role("button", name=lena.say("Read it")))
    await expect(lena.page.locator("#title")).to_have_value(title)
    await expect(lena.page.locator("#when")).to_have_value("2026-09-10 16:00–17:00")
    await lena.page.locator("#title").press("End")
    await lena.page.locator("#title").press_sequentially(", Teil 1", delay=BETWEEN_KEYS)
    await lena.press(lena.page.locator("main .form-end .main"))
    await lena.is_told("Published. Everybody it is meant for can see it now.")
    seconds = time.monotonic() - began

    print(f"\n{device.name}: published from a pasted invitation in {seconds:.1f} s")  # noqa: T201
    assert seconds < SECONDS
    await expect(lena.page.get_by_role("heading", level=1)).to_have_text(f"{title}, Teil 1")
    await expect(lena.page.locator("main .prose")).not_to_contain_text("xY9zW2")
    assert await lena.page.evaluate("document.documentElement.scrollWidth") <= device.width


async def test_a_dropped_calendar_file_fills_the_form(world: World) -> None:
    lena = await world.somebody(world.nordlicht)
    await lena.page.goto(f"{world.nordlicht.origin}/sessions/new")
    text = (INVITATION.parent / "outlook_teams.ics").read_text("utf-8")

    async with lena.page.expect_navigation():
        await lena.page.evaluate(
            """(text) => {
                const given = new DataTransfer();
                given.items.add(new File([text], "invite.ics", { type: "text/calendar" }));
                const how = { dataTransfer: given, bubbles: true, cancelable: true };
                document.querySelector("[data-invitation]").dispatchEvent(new DragEvent("drop", how));
            }""",
            text,
        )

    await expect(lena.page.locator("#title")).to_have_value("Sketchnotes für Ungeübte")
    await expect(lena.page.locator("[data-read]")).to_be_visible()
