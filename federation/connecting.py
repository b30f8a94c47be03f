"""From names to sockets: each address is checked when it is resolved and again when it is connected."""

import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from federation.addresses import address_of, is_public
from federation.allowed_urls import Rules

KEEP_ALIVE_SECONDS = 60.0
MAX_CONNECTIONS = 400
_DNS_SECONDS = 30

Lookup = Callable[[str, int, socket.AddressFamily], Awaitable[list[ResolveResult]]]


class ForbiddenAddress(OSError):
    """An address that is not public; an OSError, as connectors expect."""


class GuardedResolver(AbstractResolver):
    """Resolves as the system does and keeps public addresses only; `*.localhost` is loopback."""

    def __init__(self, rules: Rules, lookup: Lookup | None = None) -> None:
        self._rules = rules
        self._lookup = lookup or ThreadedResolver().resolve
        self.exempt: set[str] = set()
        """Addresses of the few hosts that may be private."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses that may be connected. Raises ForbiddenAddress when none of them is public."""
        if _is_localhost(host):
            # RFC 6761, 6.3. Many resolvers do not know the names below localhost.
            answers = [_loopback(host, port)]
        else:
            answers = await self._lookup(host, port, family)
        if self._rules.may_be_private(host):
            self.exempt.update(answer["host"] for answer in answers if not self._rules.private_addresses)
            return answers
        allowed = [answer for answer in answers if _is_allowed(answer["host"])]
        if answers and not allowed:
            raise ForbiddenAddress(f"{host} resolves to {answers[0]['host']}")
        return allowed

    async def close(self) -> None:
        """Nothing is held open."""


def guarded_connector(rules: Rules, lookup: Lookup | None = None) -> TCPConnector:
    """Connections with keep-alive; every socket is checked once more by the address it will connect to."""
    resolver = GuardedResolver(rules, lookup)

    def open_socket(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        text = str(address[0])
        if not rules.private_addresses and text not in resolver.exempt and not _is_allowed(text):
            raise ForbiddenAddress(f"{text} is not public")
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=resolver,
        socket_factory=open_socket,
        ttl_dns_cache=_DNS_SECONDS,
        limit=MAX_CONNECTIONS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )


def proxy_connector() -> TCPConnector:
    """Connections to our own proxy, which may live anywhere."""
    return TCPConnector(
        resolver=ThreadedResolver(), limit=MAX_CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS
    )


def _is_allowed(text: str) -> bool:
    address = address_of(text)
    return address is not None and is_public(address)


def _is_localhost(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _loopback(host: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host="127.0.0.1",
        port=port,
        family=socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )
