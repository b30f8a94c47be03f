"""A session and its host in a real browser: above the fold, axe, the policy, and what is drawn."""

import io
import os
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser

from alliance.instance import Instance
from alliance.models import Session
from tests.journeys.axe import violations
from tests.journeys.devices import Device
from tests.support.founding import Founded
from tests.support.window import Window, window
from tests.web.pages.scenes import from_partner, offered, partner

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

PHONE = Device("phone", width=360, height=740)
DEVICES = [
    Device("desk-light"),
    Device("phone-dark", language="de", width=360, height=740, scheme="dark"),
]


def drawing(size: tuple[int, int]) -> bytes:
    picture = Image.new("RGB", size, "#5b7f95")
    ImageDraw.Draw(picture).ellipse(
        (size[0] // 3, size[1] // 5, size[0] * 2 // 3, size[1] * 4 // 5), "#e8c39e"
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


async def furnished(jonas: httpx.AsyncClient, instance: Instance, founded: Founded) -> Session:
    """Jonas with a portrait, office hours, a public session with a picture, and an ally."""
    profile = {
        "name": "Jonas Brandt",
        "audience": "public",
        "headline": "Misst Licht",
        "about": "Seit elf Jahren.",
        "ask_me_about": "Linsen\nSpektren",
        "topics": "Optik, Licht",
        "languages": "de, en",
        "is_leader": "yes",
        "takes_letters": "yes",
    }
    await jonas.post("/settings/expert", data=profile)
    await jonas.post("/settings/portrait", files={"picture": ("a.png", drawing((900, 900)), "image/png")})
    hours = {"note": "Raum 4.12", "day1": "1", "from1": "14:00", "to1": "15:00"}
    await jonas.post("/settings/office-hours", data=hours)
    session = await offered(
        instance,
        founded.employee,
        "Sketchnotes für den Einstieg",
        audience="public",
        capacity=12,
        topics=("Optik",),
    )
    await jonas.post(
        f"/sessions/{session.id}/picture",
        data={"image_alt": "Ein aufgeschlagenes Heft"},
        files={"picture": ("a.png", drawing((1600, 700)), "image/png")},
    )
    return session


async def keep(opened: Window, name: str) -> None:
    """Where somebody wants to look: a picture in the folder that LOOK names."""
    if folder := os.environ.get("LOOK"):
        await opened.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_everybody_can_use_the_pages_about_sessions_and_experts(
    browser: Browser,
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    device: Device,
) -> None:
    session = await furnished(jonas, instance, founded)
    theirs = await from_partner(instance, await partner(instance))
    await ada.post(
        f"/people/{founded.employee.id}/write", data={"text": "Hast du kurz Zeit?\nEs geht um Linsen."}
    )
    for client in (jonas, ada):
        await client.post("/settings", data={"language": device.language, "timezone": "Europe/Lisbon"})
    places = [
        (ada, f"/sessions/{session.id}"),
        (ada, f"/sessions/{theirs.id}"),
        (ada, "/@jonas"),
        (ada, "/experts"),
        (ada, f"/people/{founded.employee.id}/write"),
        (jonas, f"/sessions/{session.id}"),
        (jonas, f"/sessions/{session.id}/picture"),
        (jonas, f"/sessions/{session.id}/share"),
        (jonas, "/settings/portrait"),
        (jonas, "/settings/office-hours"),
        (jonas, "/letters"),
    ]

    found: dict[str, list[str]] = {}
    for client, address in places:
        async with window(browser, client, device) as opened:
            assert await opened.goes(address) == 200
            for summary in await opened.page.locator(".ways summary").all():
                await summary.click()
            wide = await opened.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            wrong = [*await violations(opened.page), *opened.wrong, *(["scrolls sideways"] if wide else [])]
            await keep(opened, f"{device.name}-{address.replace('/', '_')}-{'a' if client is ada else 'j'}")
            if wrong:
                found[address] = wrong

    assert found == {}


async def test_title_time_host_and_join_are_above_the_fold_of_a_phone(
    browser: Browser, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await furnished(jonas, instance, founded)

    async with window(browser, ada, PHONE) as opened:
        await opened.goes(f"/sessions/{session.id}")
        bottoms = {}
        bar = await opened.page.locator("nav.bar").bounding_box()
        panel = await opened.page.locator(".panel").bounding_box()
        for name in ("h1", ".when time", ".when a", ".panel .button.main"):
            box = await opened.page.locator(name).first.bounding_box()
            assert box is not None
            bottoms[name] = box["y"] + box["height"]

    assert bar is not None
    assert panel is not None
    assert [name for name in ("h1", ".when time", ".when a") if bottoms[name] > panel["y"]] == []
    assert bottoms[".panel .button.main"] <= bar["y"]


async def test_the_block_of_data_breaks_no_policy_and_runs_nothing(
    browser: Browser, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    title = "</script><script>document.title='broken'</script>"
    session = await offered(instance, founded.employee, title, audience="public")

    async with window(browser, stranger, DEVICES[0]) as opened:
        await opened.goes(f"/sessions/{session.id}")
        data = await opened.page.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent).name"
        )
        scripts = await opened.page.locator("script:not([src])").count()
        shown = await opened.page.title()

    assert (data, scripts, opened.wrong) == (title, 1, [])
    assert shown != "broken"


async def test_the_address_is_copied(
    browser: Browser, jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")

    async with window(browser, jonas, DEVICES[0]) as opened:
        await opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await opened.goes(f"/sessions/{session.id}")
        await opened.page.locator(".ways summary", has_text="Share").click()
        await opened.page.locator("[data-copy]").click()
        await opened.page.locator("[data-copy]", has_text="Copied").wait_for()
        copied = await opened.page.evaluate("navigator.clipboard.readText()")

    assert copied == f"https://nordlicht.example/sessions/{session.id}"
