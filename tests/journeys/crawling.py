"""Reads everything that one reader can reach at one company: every page, or every document for machines."""

import html
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from federation.signatures import Dialect, SecretKey, sign
from federation.uris import INSTANCE
from federation.wiring import Federation
from tests.support.companies import CompanyProcess

MOST = 1200
# From one month one gets to the next, for ever; a few of them are among the addresses to begin with.
_ENDLESS = ("/calendar/month/", "/calendar/week/")
_LINKS = re.compile(r"""(?:href|src|action)="([^"]*)\"""")
DOCUMENT = {"Accept": "application/activity+json"}
PAGE = {"Accept": "text/html", "Accept-Language": "en"}

Headers = Callable[[str], Awaitable[Mapping[str, str]]]
"""What a reader sends along when asking for this address."""


@dataclass
class Reading:
    """What came back, by path and in the order of asking; `status` says how."""

    texts: dict[str, str] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)

    def of(self, needle: str) -> list[str]:
        """The paths whose answers contain this."""
        for path in self.texts.keys() - self._folded.keys():
            self._folded[path] = html.unescape(self.texts[path]).casefold()
        wanted = needle.casefold()
        return [path for path in self.texts if wanted in self._folded[path]]


async def read_everything(
    company: CompanyProcess, starts: list[str], headers: Headers, follow: Callable[[str], Iterator[str]]
) -> Reading:
    """Asks for `starts` and for whatever the answers lead to on the same host, each once."""
    reading, todo = Reading(), deque(starts)
    address = f"http://127.0.0.1:{company.bind_port}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        while todo:
            path = todo.popleft()
            if path in reading.texts:
                continue
            assert len(reading.texts) < MOST, f"more than {MOST} addresses at {company.name}"
            said = await headers(f"{company.origin}{path}")
            answer = await client.get(path, headers={"Host": company.host, **said})
            reading.status[path] = answer.status_code
            reading.texts[path] = f"{answer.headers}\n{answer.text}"
            found = (_path(company, f"{company.origin}{path}", link) for link in follow(answer.text))
            todo.extend(link for link in found if link and link not in reading.texts)
    return reading


def links_of_page(text: str) -> Iterator[str]:
    """Where a page leads, forms included; not to endless calendars and lists with two filters at once."""
    for link in _LINKS.findall(text):
        address = html.unescape(link)
        parts = urlsplit(address)
        if len(parse_qsl(parts.query)) < 2 and not parts.path.startswith(_ENDLESS):
            yield address


def links_of_document(text: str) -> Iterator[str]:
    """Every string in a JSON document; those that are addresses of the same host are followed."""
    try:
        yield from _strings(json.loads(text))
    except ValueError:
        return


def in_browser(cookies: str) -> Headers:
    """A browser with these cookies; without any it is a stranger's."""

    async def headers(url: str) -> Mapping[str, str]:
        return PAGE | ({"Cookie": cookies} if cookies else {})

    return headers


def unsigned() -> Headers:
    """A server that does not say who it is."""

    async def headers(url: str) -> Mapping[str, str]:
        return DOCUMENT

    return headers


def signed_by(federation: Federation) -> Headers:
    """The instance of this company, with its real key."""

    async def headers(url: str) -> Mapping[str, str]:
        key: SecretKey = await federation.keyring.secret(INSTANCE)
        now = federation.instance.clock.now()
        return DOCUMENT | sign("GET", url, None, key, Dialect.CAVAGE, now)

    return headers


def _path(company: CompanyProcess, base: str, link: str) -> str | None:
    """The address within the company, without its fragment; None for one that leads elsewhere."""
    try:
        parts = urlsplit(urljoin(base, link))
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != company.origin:
        return None
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("http"):
            yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
