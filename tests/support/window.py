"""A real browser in front of an application without a socket: what it asks for is answered in this process.

Whatever else the page asks for is not answered, and written down.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

from tests.journeys.devices import Device

_ADDED = ("content-length", "transfer-encoding", "connection")


@dataclass
class Window:
    """One page, and what went wrong in it: requests to elsewhere, dialogs, errors and broken policies."""

    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)
    _kept: dict[str, httpx.Response] = field(default_factory=dict)

    async def goes(self, address: str) -> int:
        """Opens a page of the application; its status."""
        answer = await self.page.goto(f"{self.origin}{address}", wait_until="load")
        assert answer is not None
        return answer.status

    async def answered(self, client: httpx.AsyncClient, request: Request) -> httpx.Response:
        """What the application answers; what is the same for ever is asked for once, as browsers do.

        Playwright takes the cache from a browser whose requests it answers.
        """
        if (kept := self._kept.get(request.url)) is not None:
            return kept
        answer = await _answered(client, request)
        if request.method == "GET" and "immutable" in answer.headers.get("cache-control", ""):
            self._kept[request.url] = answer
        return answer

    def heard(self, said: ConsoleMessage) -> None:
        """Errors of scripts and of the security policy; answers such as 404 are asserted elsewhere."""
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.wrong.append(f"console: {said.text[:300]}")

    async def asked(self, dialog: Dialog) -> None:
        """A page of ours never opens a dialog."""
        self.wrong.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


@asynccontextmanager
async def window(browser: Browser, client: httpx.AsyncClient, device: Device) -> AsyncIterator[Window]:
    """The browser of whoever is signed in with `client`, who keeps the cookies."""
    context = await device.context(browser)
    page = await context.new_page()
    opened = Window(page, str(client.base_url).rstrip("/"))
    page.on("console", opened.heard)
    page.on("dialog", opened.asked)
    page.on("pageerror", lambda error: opened.wrong.append(f"script: {error}"))

    async def answer(route: Route) -> None:
        if _origin(route.request.url) != opened.origin:
            opened.wrong.append(f"asks elsewhere: {route.request.url}")
            await route.abort()
            return
        response = await opened.answered(client, route.request)
        headers = {name: value for name, value in response.headers.items() if name not in _ADDED}
        await route.fulfill(status=response.status_code, headers=headers, body=response.content)

    await context.route("**/*", answer)
    yield opened
    await context.close()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _answered(client: httpx.AsyncClient, request: Request) -> httpx.Response:
    headers = {**request.headers, "sec-fetch-site": "same-origin"}
    headers.pop("cookie", None)
    body = request.post_data_buffer
    answer = await client.request(request.method, request.url, headers=headers, content=body)
    # What a redirect leads to is asked for here: the browser would not let it be answered in this process.
    while answer.next_request is not None and _origin(str(answer.next_request.url)) == _origin(request.url):
        answer = await client.get(answer.next_request.url, headers=headers)
    return answer
