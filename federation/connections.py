"""Connections to other servers, kept alive: aiohttp behind the one client."""

import io
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from federation import failures
from federation.allowed_urls import Rules
from federation.connecting import ForbiddenAddress, Lookup, guarded_connector, proxy_connector
from federation.unpacking import read_body

_MAX_LINE = 8190
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """What came back: `body` is unpacked."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    proven_until: datetime | None
    """When the certificate of the server ends; None without TLS."""


class _Response(aiohttp.ClientResponse):
    """Notes the certificate: a short answer has given its connection back before anybody can ask for it."""

    _certificate: Mapping[str, str] | None = None

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        if connection.transport is not None:
            self._certificate = connection.transport.get_extra_info("peercert")
        return await super().start(connection)

    @property
    def proven_until(self) -> datetime | None:
        """When the certificate ends; None without TLS."""
        if not self._certificate:
            return None
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(self._certificate["notAfter"]), UTC)


class Connections:
    """Direct ones and those through a proxy; each kind is opened when first needed.

    They follow no redirects, keep no cookies and read no environment.
    """

    def __init__(
        self, rules: Rules, headers: Mapping[str, str], extra_ca_file: Path | None, lookup: Lookup | None
    ) -> None:
        self._rules = rules
        self._headers = headers
        self._extra_ca_file = extra_ca_file
        self._lookup = lookup
        self._trust: ssl.SSLContext | None = None
        self._direct: aiohttp.ClientSession | None = None
        self._proxied: aiohttp.ClientSession | None = None

    async def exchange(
        self,
        method: str,
        target: URL,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        limit: int,
        proxy: str | None,
        *,
        cut: bool,
    ) -> Received:
        """One request and its answer of at most `limit` bytes. Raises FetchFailed, and TimeoutError."""
        host = target.host_port_subcomponent or ""
        is_plain = target.scheme == "http" and proxy is None
        try:
            async with self._session_for(proxy).request(
                method,
                target,
                headers=headers,
                # More than this at a time would keep everybody else waiting (aiohttp warns of it).
                data=io.BytesIO(body) if body is not None and len(body) > _AT_ONCE else body,
                allow_redirects=False,
                proxy=proxy,
                ssl=True if is_plain else self._tls(),
            ) as response:
                content = await read_body(response, host, limit, cut=cut)
                until = response.proven_until if isinstance(response, _Response) else None
                return Received(response.status, response.headers, content, until)
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(host, error) from error

    def _session_for(self, proxy: str | None) -> aiohttp.ClientSession:
        if proxy is None:
            self._direct = self._direct or self._session(guarded_connector(self._rules, self._lookup))
            return self._direct
        self._proxied = self._proxied or self._session(proxy_connector())
        return self._proxied

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            response_class=_Response,
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
