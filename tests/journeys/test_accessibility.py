"""Everybody can use every page: axe-core finds nothing, and nothing has to be scrolled sideways."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.journeys.axe import violations
from tests.journeys.devices import Device
from tests.journeys.somebody import Somebody
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

DEVICES = [Device("desk-light"), Device("phone-dark", language="de", width=360, height=740, scheme="dark")]
FULL, OURS = "Was wir aus dem Sturm gelernt haben, in allen Einzelheiten", "Sketchnotes für den Einstieg"

Visit = Callable[[Somebody], Awaitable[object]]


def at(path: str) -> Visit:
    """Goes to an address of the company."""

    async def visit(one: Somebody) -> None:
        await one.page.goto(f"{one.company.origin}{path}")

    return visit


def session(title: str, then: str = "") -> Visit:
    """Opens a session from the start page, and what is behind this link of its page."""

    async def visit(one: Somebody) -> None:
        await one.opens(title)
        if then:
            await one.press(one.page.get_by_role("link", name=one.say(then), exact=True))

    return visit


async def wrong_form(one: Somebody) -> None:
    """Sends the form with everything wrong, the folded part too."""
    await at("/sessions/new")(one)
    await one.write_down("ab", when="irgendwann", capacity="viele")
    await one.press(one.page.locator("main .form-end .main"))


async def full_form(one: Somebody) -> None:
    """Fills the form and unfolds everything."""
    await at("/sessions/new")(one)
    await one.write_down("Knoten", link="https://meet.example/knoten", when=one.usual_time, topics="Seil")
    for fold in await one.page.locator(".inline-fold > summary").all():
        await fold.click()
    await one.page.locator("[data-understood]").wait_for()


async def menu(one: Somebody) -> None:
    """Opens the menu of the person."""
    await at("/")(one)
    await one.page.locator("details.menu.end summary").click()


async def as_administrator(one: Somebody) -> None:
    """Shows the alliance as the administrator sees it, with everything that can be done."""
    await one.page.context.clear_cookies()
    await one.sign_in(one.company.admin)
    await at("/alliance")(one)


FOR_STRANGERS: dict[str, Visit] = {
    "start": at("/"),
    "sign-in": at("/sign-in"),
    "experts": at("/experts"),
    "nothing there": at("/sessions/1"),
}
FOR_EMPLOYEES: dict[str, Visit] = {
    "start": at("/"),
    "start, filtered to nothing": at("/?language=fr"),
    "own session": session(OURS),
    "another's session": session(FULL),
    "form": at("/sessions/new"),
    "form, filled": full_form,
    "form, wrong": wrong_form,
    "edit": session(OURS, "Edit"),
    "cancel": session(OURS, "Cancel"),
    "withdraw": session(OURS, "Withdraw"),
    "experts": at("/experts"),
    "person": at("/@lena"),
    "alliance": at("/alliance"),
    "settings": at("/settings"),
    "menu": menu,
    "administrator's alliance": as_administrator,
}


@pytest.fixture(scope="module")
async def furnished(open_world: World) -> AsyncIterator[World]:
    """A world in which every page has something to show."""
    lena = await open_world.somebody(open_world.nordlicht)
    mia = await open_world.somebody(open_world.alpenwerk)
    await _introduce(lena, "Zeichnen und zuhören")
    more = {"capacity": "2", "topics": "Zeichnen, Sitzungen", "place_name": "Kantine, Raum 3"}
    await lena.offer(OURS, link=open_world.room.link("furnished"), **more)
    await mia.offer(FULL, link=open_world.room.link("furnished-too"), capacity="1")
    await mia.opens(OURS)
    await mia.joins()
    await lena.sees(FULL)
    await open_world.send_home()
    yield open_world
    await open_world.send_home()


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_axe_finds_nothing_on_the_pages_of_employees(furnished: World, device: Device) -> None:
    lena = await furnished.somebody(furnished.nordlicht, device)

    assert await _faults(lena, FOR_EMPLOYEES) == []


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_axe_finds_nothing_on_the_pages_of_strangers(furnished: World, device: Device) -> None:
    stranger = await furnished.stranger(furnished.nordlicht, device)

    assert await _faults(stranger, FOR_STRANGERS) == []


async def _faults(one: Somebody, pages: dict[str, Visit]) -> list[str]:
    """Everything that is wrong on these pages, with the name of the page before it."""
    found: list[str] = []
    for name, visit in pages.items():
        await visit(one)
        await one.page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
        found += [f"{name}: {fault}" for fault in await violations(one.page)]
        width: int = await one.page.evaluate("document.documentElement.scrollWidth")
        if width > one.device.width:
            found.append(f"{name}: is {width} px wide on a window of {one.device.width} px")
    return found


async def _introduce(one: Somebody, headline: str) -> None:
    """Becomes visible as an expert, by the form in the settings."""
    await one.page.goto(f"{one.company.origin}/settings")
    await one.choose("[name=audience][value=public]")
    await one.page.locator("#headline").fill(headline)
    await one.page.locator("#about").fill("Ich zeichne mit, wenn andere reden.")
    await one.page.locator("#ask_me_about").fill("Fünf Formen")
    await one.page.locator("#topics").fill("Zeichnen, Sitzungen")
    await one.press(one.page.locator("form[action='/settings/expert'] .main"))
    await one.is_told("Saved. That is how others find you now.")
