"""The one client through which every request leaves this instance."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.request import proxy_bypass

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from alliance.models.domain_policy import FREELY, Treatment
from alliance.settings import Settings
from federation import failures
from federation.allowed_urls import Rules
from federation.connecting import ForbiddenAddress, Lookup, guarded_connector, proxy_connector
from federation.unpacking import read_body

MAX_BYTES = 1_000_000
MAX_SECONDS = 10.0
_MAX_LINE = 8190

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
        lookup: Lookup | None = None,
    ) -> None:
        self.rules = rules
        self.is_admitted: HostRule = is_admitted or (lambda host: False)
        self._treatment: HostTreatment = treatment or _freely
        self._proxies = proxies or Proxies()
        self._extra_ca_file = extra_ca_file
        self._lookup = lookup
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._trust: ssl.SSLContext | None = None
        self._direct: aiohttp.ClientSession | None = None
        self._proxied: aiohttp.ClientSession | None = None

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
            proxies=Proxies(settings.https_proxy, settings.http_proxy, settings.no_proxy),
            extra_ca_file=settings.extra_ca_file,
            is_admitted=is_admitted,
            treatment=treatment,
        )

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
                answer = await self._exchange(method, target, headers, body, limit, cut)
        except TimeoutError as error:
            raise failures.TimedOut(host, detail=f"{seconds} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(host, error) from error
        if treatment.rejects_media and answer.headers.get("Content-Type", "").lower().startswith(_MEDIA):
            raise failures.MediaRefused(host)
        return answer

    async def _exchange(
        self,
        method: str,
        target: URL,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        limit: int,
        cut: bool,
    ) -> Answer:
        proxy = self._proxies.proxy_for(target)
        session = self._session_for(target, proxy)
        is_plain = target.scheme == "http" and proxy is None
        async with session.request(
            method,
            target,
            headers=headers,
            data=body,
            allow_redirects=False,
            proxy=proxy,
            ssl=True if is_plain else self._tls(),
        ) as response:
            host = target.host_port_subcomponent or ""
            content = await read_body(response, host, limit, cut=cut)
            return Answer(response.status, str(target), response.headers, content)

    def _session_for(self, target: URL, proxy: str | None) -> aiohttp.ClientSession:
        if proxy is None:
            self._direct = self._direct or self._session(guarded_connector(self.rules, self._lookup))
            return self._direct
        host = target.host or ""
        if not self.rules.may_be_private(host) and not self.is_admitted(host):
            raise failures.NotAdmitted(host)
        self._proxied = self._proxied or self._session(proxy_connector())
        return self._proxied

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            max_line_size=_MAX_LINE,
            max_field_size=_MAX_LINE,
        )

    def _tls(self) -> ssl.SSLContext:
        """The authorities of the system and those of the company; loading them takes some 20 ms, once."""
        if self._trust is None:
            self._trust = ssl.create_default_context()
            if self._extra_ca_file is not None:
                # OpenSSL lets SSL_CERT_FILE replace the system's own file; here it adds to it.
                system = ssl.get_default_verify_paths().openssl_cafile
                if Path(system).is_file():
                    self._trust.load_verify_locations(cafile=system)
                self._trust.load_verify_locations(cafile=self._extra_ca_file)
        return self._trust

    async def close(self) -> None:
        """Closes every connection."""
        for session in (self._direct, self._proxied):
            if session is not None:
                await session.close()
        self._direct = self._proxied = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _freely(_host: str) -> Treatment:
    return FREELY


def _failure(host: str, error: Exception) -> failures.FetchFailed:
    """The failure that stands for an error of the library or the system."""
    detail = f"{type(error).__name__}: {error}"[:300]
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        kind = failures.PrivateAddress if _is_forbidden(error) else failures.HostUnknown
        return kind(host, detail=detail)
    if isinstance(error, aiohttp.ClientSSLError):
        return failures.BadCertificate(host, detail=detail)
    if isinstance(error, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError):
        return failures.ProxyFailed(host, detail=detail)
    if isinstance(error, aiohttp.ClientConnectorError):
        if _is_forbidden(error):
            return failures.PrivateAddress(host, detail=detail)
        if isinstance(error.os_error, ConnectionRefusedError) or error.os_error.errno == 111:
            return failures.ConnectionRefused(host, detail=detail)
    return failures.Unreachable(host, detail=detail)


def _is_forbidden(error: aiohttp.ClientConnectorError) -> bool:
    return isinstance(error.os_error, ForbiddenAddress)
