"""Everybody can use every page there is: axe-core finds nothing, wide and narrow, both light and dark.

The pages come from the table of routes, so that none is forgotten.
"""

from dataclasses import fields
from typing import Literal

import httpx
import pytest
from playwright.async_api import Browser
from starlette.routing import Route

from tests.journeys.axe import colour_violations, violations
from tests.journeys.devices import Device
from tests.support.founding import Founded
from tests.support.window import Window, window
from tests.web.pages.furnishing import Furnished, furnish
from tests.web.pages.furnishing_console import OTHER
from web.activitypub.answers import Negotiated
from web.mastodon.routes import api_routes
from web.routes import FEEDS, FOR_AI, FOR_MACHINES, FOR_OPERATORS, routes
from web.scim.routes import SCIM_ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

TEXT = "Aus dem Sturm gelernt"
# On each of them the colours are looked at in the other scheme as well: nothing else depends on it.
DEVICES = [Device("desk-light"), Device("phone-dark", language="de", width=360, height=740, scheme="dark")]

# What they show has a page of its own, or is none.
NO_PAGES = {
    "/meet/{token}/": "is the same",
    "/meet/{token}": "leads to a meeting, or says like any error that it no longer does",
    "/notifications/{id:int}": "leads to what it is about",
    "/settings/takeaway": "hands out a file",
    "/admin/approval/pack.pdf": "hands out a file",
    "/admin/approval/configuration.json": "hands out a file",
    "/mine/learning.csv": "hands out a file",
    "/badges/{badge}.json": "hands out a file",
    "/badges/{badge}.png": "hands out a file",
    "/numbers/{report}.csv": "hands out a file",
    "/admin/newsletter/preview/{readers}/{language}": "is a mail, shown within /admin/newsletter",
    "/sessions/{id:int}/transcripts/{transcript:int}.{format}": "hands out a file",
    "/alliance/invite": "shows the alliance, with what another server says about itself",
    "/people/{id:int}": "leads to /@name",
    "/actor": "leads to the start page",
    "/company": "leads to the start page",
    "/comments/{key}": "leads to the session, with the comment in sight",
    "/authorize_interaction": "leads to /intents",
    "/sign-in/company": "leads to the company's provider",
    "/sign-in/company/back": "comes from the company's provider",
    "/sign-in/company/connect": "needs an answer of the company's provider: tests/oidc",
}


def addresses(there: Furnished) -> dict[str, list[str]]:
    """Where every page of the table of routes is found here."""
    own, others = there.own, there.others
    host = f"/admin/federation/hosts/{OTHER}"
    return {
        "/": ["/", "/?language=fr"],
        "/sessions": ["/sessions"],
        "/search": ["/search", "/search?q=sturm", "/search?q=nothinglikethis"],
        "/privacy": ["/privacy"],
        "/privacy/{document}": ["/privacy/catalogue"],
        "/admin/approval": ["/admin/approval"],
        "/admin/approval/{document}": ["/admin/approval/agreement"],
        "/admin/outbound": ["/admin/outbound"],
        "/calendar": ["/calendar"],
        "/calendar/month/{month}": ["/calendar/month/2026-03"],
        "/calendar/week/{week}": ["/calendar/week/2026-W12"],
        "/sessions/{id:int}/afterwards": [f"/sessions/{there.held}/afterwards"],
        "/sessions/{id:int}/hosts": [f"/sessions/{own}/hosts", f"/sessions/{own}/hosts?q=jonas"],
        "/sessions/{id:int}/hosting/leave": [f"/sessions/{there.shared}/hosting/leave"],
        "/people/{id:int}/write": [f"/people/{there.colleague}/write"],
        "/series/{id:int}": [f"/series/{there.series}"],
        "/series/{id:int}/end": [f"/series/{there.series}/end"],
        "/circles": ["/circles"],
        "/circles/new": ["/circles/new"],
        "/circles/{id:int}": [f"/circles/{there.call}"],
        "/circles/{id:int}/day": [f"/circles/{there.call}/day"],
        "/circles/{id:int}/withdraw": [f"/circles/{there.call}/withdraw"],
        "/circles/mine/{id:int}": [f"/circles/mine/{there.circle}"],
        "/circles/mine/{id:int}/leave": [f"/circles/mine/{there.circle}/leave"],
        "/admin/leaders": ["/admin/leaders", "/admin/leaders?q=nothinglikethis"],
        "/admin/learning": ["/admin/learning"],
        "/mine/learning": ["/mine/learning"],
        "/sessions/{id:int}/presence": [f"/sessions/{there.held}/presence"],
        "/settings/learning": ["/settings/learning"],
        "/verify": ["/verify", "/verify?url=https://alpenwerk.example/badges/x.json"],
        "/stories": ["/stories", "/stories?topic=nothing"],
        "/stories/new": ["/stories/new", f"/stories/new?session={own}"],
        "/requests": ["/requests", "/requests?kind=help", "/requests?topic=nothing"],
        "/requests/new": ["/requests/new"],
        "/requests/{key}": [f"/requests/{there.wish_key}"],
        "/requests/{id:int}/edit": [f"/requests/{there.wish}/edit"],
        "/requests/{id:int}/communities": [f"/requests/{there.wish}/communities"],
        "/requests/{id:int}/delete": [f"/requests/{there.wish}/delete"],
        "/requests/{id:int}/hide": [f"/requests/{there.wish}/hide"],
        "/sessions/{id:int}/feedback": [f"/sessions/{there.attended}/feedback"],
        "/stories/{key}": [f"/stories/{there.story_key}"],
        "/stories/{id:int}/delete": [f"/stories/{there.story}/delete"],
        "/stories/{id:int}/hide": [f"/stories/{there.story}/hide"],
        "/mail/stop/{token}": [f"/mail/stop/{there.stop}"],
        "/mail/leave/{token}": [f"/mail/leave/{there.leave}"],
        "/settings/apps": ["/settings/apps"],
        "/oauth/authorize": [f"/oauth/authorize?client_id={there.app}"],
        "/oauth/authorize/": [f"/oauth/authorize/?client_id={there.app}"],
        "/oauth/authorize/asked": [
            f"/oauth/authorize?response_type=code&client_id={there.app}&scope=read"
            "&redirect_uri=urn:ietf:wg:oauth:2.0:oob"
        ],
        "/letters": ["/letters"],
        "/letters/written": ["/letters/written"],
        "/settings/office-hours": ["/settings/office-hours"],
        "/settings/notifications": ["/settings/notifications"],
        "/settings/sign-in": ["/settings/sign-in"],
        "/sessions/new": ["/sessions/new"],
        "/sessions/{id:int}": [f"/sessions/{n}" for n in (own, others, there.held)],
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
        "/decisions": ["/decisions"],
        "/communities": ["/communities", "/communities?topic=nothing", "/communities?mine=1"],
        "/communities/new": ["/communities/new"],
        "/communities/{id:int}": [
            f"/communities/{there.community}",
            f"/communities/{there.community}?past=1",
        ],
        "/communities/{id:int}/picture": [f"/communities/{there.community}/picture"],
        "/communities/{id:int}/edit": [f"/communities/{there.community}/edit"],
        "/communities/{id:int}/close": [f"/communities/{there.community}/close"],
        "/communities/{id:int}/run": [f"/communities/{there.community}/run"],
        "/communities/{id:int}/webhooks": [f"/communities/{there.community}/webhooks"],
        "/communities/{id:int}/webhooks/new": [f"/communities/{there.community}/webhooks/new?kind=slack"],
        "/communities/{id:int}/webhooks/{hook:int}": [
            f"/communities/{there.community}/webhooks/{there.hook}"
        ],
        "/communities/{id:int}/webhooks/{hook:int}/remove": [
            f"/communities/{there.community}/webhooks/{there.hook}/remove"
        ],
        "/admin/webhooks": ["/admin/webhooks"],
        "/admin/webhooks/new": ["/admin/webhooks/new?kind=matrix"],
        "/admin/webhooks/{hook:int}": [f"/admin/webhooks/{there.hook}"],
        "/admin/webhooks/{hook:int}/remove": [f"/admin/webhooks/{there.hook}/remove"],
        "/numbers": ["/numbers"],
        "/communities/{id:int}/elsewhere": [f"/communities/{there.community}/elsewhere"],
        "/sessions/{id:int}/communities": [f"/sessions/{own}/communities"],
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
        "/people/{id:int}/elsewhere": [f"/people/{there.administrator}/elsewhere"],
        "/company/elsewhere": ["/company/elsewhere"],
        "/about": ["/about"],
        "/admin": ["/admin"],
        "/admin/company": ["/admin/company"],
        "/admin/moderation": ["/admin/moderation"],
        "/admin/people": ["/admin/people", "/admin/people?q=nothinglikethis"],
        "/admin/people/{id:int}": [f"/admin/people/{there.colleague}"],
        "/admin/people/{id:int}/close": [f"/admin/people/{there.colleague}/close"],
        "/admin/audit": ["/admin/audit?verify=1", "/admin/audit?act=keys"],
        "/admin/settings": ["/admin/settings"],
        "/admin/storage": ["/admin/storage"],
        "/admin/domains": ["/admin/domains", "/admin/domains?q=nothinglikethis"],
        "/admin/federation": ["/admin/federation"],
        "/admin/federation/refused": ["/admin/federation/refused"],
        "/admin/federation/refused/{id:int}": [f"/admin/federation/refused/{there.refused}"],
        "/admin/federation/hosts/{host}": [host],
        "/admin/federation/hosts/{host}/drop": [f"{host}/drop"],
        "/admin/followers": ["/admin/followers"],
        "/admin/newsletter": ["/admin/newsletter"],
        "/admin/newsletter/send": ["/admin/newsletter/send"],
        "/admin/newsletter/{id:int}/stop": [f"/admin/newsletter/{there.edition}/stop"],
        "/newsletter": ["/newsletter"],
        "/newsletter/{week}": [f"/newsletter/{there.week}"],
        "/admin/sources": ["/admin/sources", "/admin/sources?q=nothinglikethis"],
        "/admin/sources/new": ["/admin/sources/new"],
        "/admin/sources/{source:int}/remove": [f"/admin/sources/{there.source}/remove"],
    }


def addresses_of_strangers(there: Furnished) -> dict[str, list[str]]:
    """The same for whoever is not signed in; what looks different then is looked at again."""
    own = f"/sessions/{there.own}"
    return {
        "/": ["/"],
        "/search": ["/search?q=sturm"],
        "/communities": ["/communities"],
        "/communities/{id:int}": [f"/communities/{there.community}"],
        "/communities/{id:int}/elsewhere": [f"/communities/{there.community}/elsewhere"],
        "/experts": ["/experts"],
        "/sessions/{id:int}": [own],
        "/sessions/{id:int}/elsewhere": [f"{own}/elsewhere"],
        "/people/{id:int}/elsewhere": [f"/people/{there.administrator}/elsewhere"],
        "/company/elsewhere": ["/company/elsewhere"],
        "/@{handle}": ["/@ada"],
        "/stories/{key}": [f"/stories/{there.story_key}"],
        "/stories": ["/stories"],
        "/requests": ["/requests"],
        "/requests/{key}": [f"/requests/{there.wish_key}"],
        "/sign-in": ["/sign-in"],
        "/sign-in/forgotten": ["/sign-in/forgotten"],
        "/sign-in/link/{token}": [f"/sign-in/link/{there.link}"],
        "/mail/stop/{token}": [f"/mail/stop/{there.stop}"],
        "/mail/leave/{token}": [f"/mail/leave/{there.leave}"],
        "/newsletter": ["/newsletter"],
        "/newsletter/confirm/{token}": [f"/newsletter/confirm/{there.guest_yes}"],
        "/newsletter/stop/{token}": [f"/newsletter/stop/{there.guest_no}"],
    }


def test_no_page_of_the_table_of_routes_is_forgotten() -> None:
    """Every GET of the application is visited below, has a reason, or answers with no page at all."""
    for_machines = {route.path for route in machines() if not isinstance(route.endpoint, Negotiated)}
    shown = {
        route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or {"GET"})
    }
    there = Furnished(**{field.name: 1 for field in fields(Furnished)})  # type: ignore[arg-type]
    visited = {
        path: each
        for table in (addresses(there), addresses_of_strangers(there))
        for path, each in table.items()
    }

    known = set(visited) | set(NO_PAGES)

    assert (shown - for_machines - known, known - shown) == (set(), set())
    assert [path for path, each in visited.items() if not each] == []


def machines() -> list[Route]:
    """What answers with documents, feeds, pictures and figures."""
    apps = [route for route in api_routes() if isinstance(route, Route) and "authorize" not in route.path]
    others = (*FOR_OPERATORS, *FEEDS, *FOR_AI, *SCIM_ROUTES, *FOR_MACHINES)
    return [*apps, *(one for one in others if isinstance(one, Route))]


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

    async with window(browser, stranger, device) as opened:
        found = await faults_of(opened, addresses_of_strangers(there), device)

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
    other: Literal["light", "dark"] = "light" if device.scheme == "dark" else "dark"
    found += [f"{address}: {fault}" for fault in await colour_violations(opened.page, other)]
    await opened.page.emulate_media(color_scheme=device.scheme)
    width: int = await opened.page.evaluate("document.documentElement.scrollWidth")
    if width > device.width:
        found.append(f"{address}: is {width} px wide on a window of {device.width} px")
    # A form that lacks something is shown again; an app that asks for nothing is told so on a page.
    if status not in (200, 400, 422):
        found.append(f"{address}: answers {status}")
    return found
