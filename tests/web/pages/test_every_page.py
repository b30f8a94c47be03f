"""Everybody can use every page there is: axe-core finds nothing, light and dark, wide and narrow.

The pages come from the table of routes, so that none is forgotten.
"""

import httpx
import pytest
from playwright.async_api import Browser

from tests.journeys.axe import violations
from tests.journeys.devices import Device
from tests.support.founding import Founded
from tests.support.window import Window, window
from tests.web.pages.furnishing import OTHER, Furnished, furnish
from web.pages.routes import PAGE_ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

TEXT = "Aus dem Sturm gelernt"
DEVICES = [Device("desk-light"), Device("phone-dark", language="de", width=360, height=740, scheme="dark")]

# Addresses that lead on, hand out a file or need another server; what they show has a page of its own.
FOR_STRANGERS = {
    "/": ["/"],
    "/sign-in": ["/sign-in"],
    "/sign-in/forgotten": ["/sign-in/forgotten"],
    "/search": ["/search?q=sturm"],
    "/experts": ["/experts"],
    "/company/elsewhere": ["/company/elsewhere"],
}
NO_PAGES = {
    "/meet/{token}",
    "/notifications/{id:int}",
    "/settings/takeaway",
    "/calendar",
    "/alliance/invite",
    "/mail/stop/{token}",
    "/mail/leave/{token}",
    "/sign-in/link/{token}",
    "/sign-in/company",
    "/sign-in/company/back",
    "/sign-in/company/connect",
}


def addresses(there: Furnished) -> dict[str, list[str]]:
    """Where every page of the table of routes is found here."""
    own, others = there.own, there.others
    host = f"/admin/federation/hosts/{OTHER}"
    return {
        "/": ["/", "/?language=fr"],
        "/sessions": ["/sessions"],
        "/search": ["/search", "/search?q=sturm", "/search?q=nothinglikethis"],
        "/calendar/month/{month}": ["/calendar/month/2026-03"],
        "/calendar/week/{week}": ["/calendar/week/2026-W12"],
        "/sessions/{id:int}/afterwards": [],
        "/people/{id:int}/write": [],
        "/letters": ["/letters"],
        "/settings/office-hours": ["/settings/office-hours"],
        "/settings/notifications": ["/settings/notifications"],
        "/settings/sign-in": ["/settings/sign-in"],
        "/sessions/new": ["/sessions/new"],
        "/sessions/{id:int}": [f"/sessions/{own}", f"/sessions/{others}"],
        "/sessions/{id:int}/edit": [f"/sessions/{own}/edit"],
        "/sessions/{id:int}/postpone": [f"/sessions/{own}/postpone"],
        "/sessions/{id:int}/cancel": [f"/sessions/{own}/cancel"],
        "/sessions/{id:int}/withdraw": [f"/sessions/{own}/withdraw"],
        "/sessions/{id:int}/picture": [f"/sessions/{own}/picture"],
        "/sessions/{id:int}/share": [f"/sessions/{own}/share"],
        "/sessions/{id:int}/elsewhere": [f"/sessions/{own}/elsewhere"],
        "/comments/{id:int}/edit": [f"/comments/{there.comment}/edit"],
        "/comments/{id:int}/delete": [f"/comments/{there.comment}/delete"],
        "/comments/{id:int}/hide": [f"/comments/{there.comment}/hide"],
        "/report": [f"/report?comment={there.comment}", f"/report?session={others}"],
        "/notifications": ["/notifications"],
        "/experts": ["/experts", "/experts?topic=nothing"],
        "/@{handle}": ["/@ada", f"/@resi@{OTHER}"],
        "/alliance": ["/alliance"],
        "/alliance/{company:int}/{verb}": [f"/alliance/{there.company}/leave"],
        "/mine": ["/mine"],
        "/settings": ["/settings"],
        "/settings/erase": ["/settings/erase"],
        "/settings/portrait": ["/settings/portrait"],
        "/settings/followers": ["/settings/followers"],
        "/intents/{verb}": [f"/intents/join?object=https://nordlicht.example/sessions/{own}"],
        "/people/{id:int}/elsewhere": [],
        "/company/elsewhere": ["/company/elsewhere"],
        "/admin": ["/admin"],
        "/admin/moderation": ["/admin/moderation"],
        "/admin/domains": ["/admin/domains"],
        "/admin/federation": ["/admin/federation"],
        "/admin/federation/refused": ["/admin/federation/refused"],
        "/admin/federation/refused/{id:int}": [f"/admin/federation/refused/{there.refused}"],
        "/admin/federation/hosts/{host}": [host],
        "/admin/federation/hosts/{host}/drop": [f"{host}/drop"],
        "/admin/followers": ["/admin/followers"],
        "/admin/sources": ["/admin/sources"],
        "/admin/sources/new": ["/admin/sources/new"],
        "/admin/sources/{source:int}/remove": [f"/admin/sources/{there.source}/remove"],
    }


def test_no_page_of_the_table_of_routes_is_forgotten() -> None:
    shown = {route.path for route in PAGE_ROUTES if "GET" in (route.methods or {"GET"})}

    known = set(addresses(Furnished(*[1] * 8))) | set(FOR_STRANGERS) | NO_PAGES

    assert (shown - known, known - shown) == (set(), set())


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_axe_finds_nothing_on_any_page(
    founded: Founded, ada: httpx.AsyncClient, browser: Browser, device: Device
) -> None:
    there = await furnish(founded, TEXT)

    async with window(browser, ada, device) as opened:
        found = await faults_of(opened, addresses(there), device)

    assert "\n".join(found + opened.wrong) == ""


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
async def test_axe_finds_nothing_on_the_pages_of_strangers(
    founded: Founded, stranger: httpx.AsyncClient, browser: Browser, device: Device
) -> None:
    there = await furnish(founded, TEXT)
    own = f"/sessions/{there.own}"

    async with window(browser, stranger, device) as opened:
        found = await faults_of(opened, {**FOR_STRANGERS, "session": [own, f"{own}/elsewhere"]}, device)

    assert "\n".join(found + opened.wrong) == ""


async def faults_of(opened: Window, pages: dict[str, list[str]], device: Device) -> list[str]:
    """What is wrong with all these pages, one after the other."""
    every = [address for several in pages.values() for address in several]
    return [fault for address in every for fault in await faults(opened, address, device)]


async def faults(opened: Window, address: str, device: Device) -> list[str]:
    """What is wrong with a page, with its address before it."""
    status = await opened.goes(address)
    await opened.page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    found = [f"{address}: {fault}" for fault in await violations(opened.page)]
    width: int = await opened.page.evaluate("document.documentElement.scrollWidth")
    if width > device.width:
        found.append(f"{address}: is {width} px wide on a window of {device.width} px")
    if status not in (200, 422):
        found.append(f"{address}: answers {status}")
    return found
