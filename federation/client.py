"""The one client through which every request leaves this instance."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.request import proxy_bypass

from multidict import CIMultiDictProxy
from yarl import URL

from alliance.models.domain_policy import FREELY, Treatment
from alliance.settings import Settings
from federation import failures
from federation.allowed_urls import Rules

if TYPE_CHECKING:
    from federation.connecting import Lookup
    from federation.connections import Connections

MAX_BYTES = 1_000_000
MAX_SECONDS = 10.0

HostRule = Callable[[str], bool]
HostTreatment = Callable[[str], Awaitable[Treatment]]
_MEDIA = ("image/", "video/", "audio/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server said: `url` is what was called, `body` is unpacked."""

    status: int
    url: str
    headers: CIMultiDictProxy[str]
    body: bytes
    proven_until: datetime | None = None
    """When the certificate of the server ends; None without TLS."""

    @property
    def host(self) -> str:
        """The host that answered, with its port when that is not the scheme's own."""
        return URL(self.url, encoded=True).host_port_subcomponent or ""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies of the company network; addresses may carry user and password."""

    https: str | None = None
    http: str | None = None
    bypass: str | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Those of an instance."""
        return cls(settings.https_proxy, settings.http_proxy, settings.no_proxy)

    def proxy_for(self, url: URL) -> str | None:
        """The proxy for a URL, or None to connect directly."""
        proxy = self.https if url.scheme == "https" else self.http
        if proxy is None or (
            self.bypass and proxy_bypass(url.host_port_subcomponent or "", {"no": self.bypass})
        ):
            return None
        return proxy


class Client:
    """Sends requests under the rules; makes its connections when first used and keeps them alive.

    It follows no redirects, keeps no cookies and reads no environment. Behind a proxy, where addresses can't
    be checked, `is_admitted` says which hosts may be called (and no IP literal ever). `treatment` knows the
    domains that are shut out: whatever is fetched or delivered passes here, so here is where that ends.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        user_agent: str = "alliance",
        proxies: Proxies | None = None,
        extra_ca_file: Path | None = None,
        is_admitted: HostRule | None = None,
        treatment: HostTreatment | None = None,
        lookup: "Lookup | None" = None,
    ) -> None:
        self.rules = rules
        self.is_admitted: HostRule = is_admitted or (lambda host: False)
        self._treatment: HostTreatment = treatment or _freely
        self._proxies = proxies or Proxies()
        self._extra_ca_file = extra_ca_file
        self._lookup = lookup
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._connections: Connections | None = None

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        is_admitted: HostRule | None = None,
        treatment: HostTreatment | None = None,
    ) -> Self:
        """The client of an instance; `is_admitted` knows the partners (needed behind a proxy only)."""
        return cls(
            Rules.from_settings(settings),
            user_agent=f"alliance (+{settings.origin})",
            proxies=Proxies.from_settings(settings),
            extra_ca_file=settings.extra_ca_file,
            is_admitted=is_admitted,
            treatment=treatment,
        )

    def with_private(self, host: str) -> "Client":
        """One like this that also calls `host` in the company's own network; the caller closes it."""
        other = copy(self)
        other.rules = replace(self.rules, private_hosts=self.rules.private_hosts | {host})
        other._connections = None
        return other

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = MAX_BYTES,
        seconds: float = MAX_SECONDS,
        cut: bool = False,
    ) -> Answer:
        """One request, whatever status comes back; name, connection and body together take `seconds` at most.

        `url` must be percent-encoded ASCII. An answer of more than `limit` bytes is TooLarge, or cut off
        there. Raises FetchFailed with a sentence.
        """
        target = self.rules.checked(url)
        host = target.host_port_subcomponent or ""
        treatment = await self._treatment(host)
        if treatment.suspended:
            raise failures.ShutOut(host)
        try:
            async with asyncio.timeout(seconds):
                proxy = self._proxy_for(target)
                response = await self._opened().exchange(method, target, headers, body, limit, proxy, cut=cut)
        except TimeoutError as error:
            raise failures.TimedOut(host, detail=f"{seconds} s") from error
        answer = Answer(response.status, str(target), response.headers, response.body, response.proven_until)
        if treatment.rejects_media and answer.headers.get("Content-Type", "").lower().startswith(_MEDIA):
            raise failures.MediaRefused(host)
        return answer

    def _proxy_for(self, target: URL) -> str | None:
        """Raises NotAdmitted for a host that may not be called through the proxy."""
        proxy = self._proxies.proxy_for(target)
        host = target.host or ""
        if proxy is not None and not self.rules.may_be_private(host) and not self.is_admitted(host):
            raise failures.NotAdmitted(host)
        return proxy

    def _opened(self) -> "Connections":
        """Made at the first request: what it is made with takes 150 ms to load."""
        if self._connections is None:
            from federation.connections import Connections

            self._connections = Connections(self.rules, self._headers, self._extra_ca_file, self._lookup)
        return self._connections

    async def close(self) -> None:
        """Closes every connection."""
        if self._connections is not None:
            await self._connections.close()
            self._connections = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _freely(_host: str) -> Treatment:
    return FREELY
