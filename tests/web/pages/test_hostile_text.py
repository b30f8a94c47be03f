"""Whatever is typed here or sent by others stays text: a table of payloads, in every field, on every page.

A real browser shows the pages. No dialog opens, nothing is asked of another server, the security policy has
nothing to stop, and no element is there that the pages don't make themselves.
"""

import httpx
import pytest
from playwright.async_api import Browser

from tests.journeys.devices import Device
from tests.support.founding import Founded
from tests.support.window import Window, window
from tests.web.pages.furnishing import furnish
from tests.web.pages.test_every_page import addresses, addresses_of_strangers

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

PAYLOADS = {
    "script": "<script>alert(1)</script><script src=https://evil.example/x.js></script>",
    "attribute": "\"'><img src=https://evil.example/x onerror=alert(1)>",
    "markdown": "[a](javascript:alert(1)) ![p](https://evil.example/p.png) <https://evil.example>",
    "closing": "</textarea></title></option></style><svg onload=alert(1)><iframe src=https://evil.example/>",
    "styles": "<style>@import 'https://evil.example/x.css'</style><b style='background:url(//evil.example)'>",
    "moving": "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example/>",
    "mutation": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "template": "{{ 7 * 7191 }} {% raw %} ${alert(1)} %(title)s {0.__class__}",
}
# What has no business on a page of ours outside of its head, or anywhere.
STRANGE = (
    "main script:not([type='application/ld+json']), iframe:not([sandbox=''][src^='/admin/newsletter/']),"
    " object, embed, base, meta[http-equiv], style,"
    " [style], main link, main img[src^='http'], [href^='javascript:' i], [action^='http']"
)
DESK = Device("desk")


@pytest.mark.parametrize("name", PAYLOADS)
async def test_text_stays_text_on_every_page(
    founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, browser: Browser, name: str
) -> None:
    there = await furnish(founded, PAYLOADS[name])

    async with window(browser, ada, DESK) as opened:
        found = await strange_things(opened, addresses(there))
        wrong = list(opened.wrong)
    async with window(browser, stranger, DESK) as opened:
        found += await strange_things(opened, addresses_of_strangers(there))

    assert "\n".join(found + wrong + opened.wrong) == ""


async def strange_things(opened: Window, pages: dict[str, list[str]]) -> list[str]:
    """What is on these pages that they did not make, each with its address."""
    found = []
    for address in (address for several in pages.values() for address in several):
        status = await opened.goes(address)
        if status >= 500:
            found.append(f"{address}: answers {status}")
        found += [f"{address}: {what}" for what in await opened.page.evaluate(LOOK, STRANGE)]
        if "50337" in await opened.page.inner_text("body"):
            found.append(f"{address}: calculates")
    return found


LOOK = """strange => [
  ...[...document.querySelectorAll(strange)].map(one => one.outerHTML.slice(0, 200)),
  ...[...document.querySelectorAll('*')]
    .filter(one => one.getAttributeNames().some(name => name.startsWith('on')))
    .map(one => one.outerHTML.slice(0, 200)),
]"""
