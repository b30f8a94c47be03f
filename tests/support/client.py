"""A browser without a window: requests reach the application without a socket."""

import httpx

from federation.wiring import Federation
from web.app import create_app


def client_of(federation: Federation) -> httpx.AsyncClient:
    """A client of one instance, with cookies of its own; redirects are shown, not followed.

    Errors of the application travel into the test: a page that answers 500 here has a defect.
    """
    settings = federation.instance.settings
    transport = httpx.ASGITransport(create_app(federation), client=("203.0.113.7", 50000))
    return httpx.AsyncClient(transport=transport, base_url=settings.origin)


def main_of(page: str) -> str:
    """What stands between the frame's parts."""
    return page.split("<main")[1].split("</main>")[0]
