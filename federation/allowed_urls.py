"""Which addresses of the web may be called at all, judged by their text alone."""

import re
from dataclasses import dataclass
from typing import Self

from yarl import URL

from alliance.settings import Settings
from federation.addresses import address_of, is_public, looks_like_address
from federation.failures import UrlRefused

MAX_URL_CHARACTERS = 2000
# Narrower than RFC 3986 on purpose: two parsers can't disagree on where the host ends (no user info, no
# backslash, no control characters, nothing outside ASCII).
_URL = re.compile(
    r"(https?)://([A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?([/?][!-\[\]-~]*)?",
    re.ASCII,
)
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Rules:
    """What may be called: in production https, port 443 and public names; more for development and tests."""

    plain_http: bool = False
    any_port: bool = False
    literals: bool = False
    private_addresses: bool = False
    private_hosts: frozenset[str] = frozenset()
    """Hosts (without port) that an admin has marked as living in the company's own network."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Everything closed, or everything open when the danger switch is on."""
        danger = settings.danger_private_networks
        return cls(plain_http=danger, any_port=danger, literals=danger, private_addresses=danger)

    def may_be_private(self, host: str) -> bool:
        """Whether `host` may resolve to addresses that are not public."""
        return self.private_addresses or host.lower().rstrip(".") in self.private_hosts

    def checked(self, url: str) -> URL:
        """The URL without its fragment, ready to be called. Raises UrlRefused."""
        bare = url.partition("#")[0]
        match = _URL.fullmatch(bare) if len(bare) <= MAX_URL_CHARACTERS else None
        if match is None:
            raise UrlRefused(_host_in(url), detail="not an http address that we read")
        scheme, host, port, _ = match.groups()
        if scheme == "http" and not self.plain_http:
            raise UrlRefused(host, detail="not https")
        if port is not None and int(port) != _DEFAULT_PORTS[scheme] and not self.any_port:
            raise UrlRefused(host, detail=f"port {port}")
        if port is not None and not 0 < int(port) < 65536:
            raise UrlRefused(host, detail=f"port {port}")
        self._check_host(host)
        return URL(bare, encoded=True)

    def _check_host(self, host: str) -> None:
        if looks_like_address(host):
            address = address_of(host)
            if not self.literals or address is None:
                raise UrlRefused(host, detail="an address instead of a name")
            if not self.private_addresses and not is_public(address):
                raise UrlRefused(host, detail="not a public address")
            return
        labels = host.rstrip(".").lower().split(".")
        if "" in labels or any(len(label) > 63 for label in labels):
            raise UrlRefused(host, detail="not a host name")
        if self.may_be_private(host):
            return
        if len(labels) < 2 or labels[-1] in ("localhost", "local", "internal"):
            raise UrlRefused(host, detail="a name of the local network")


def _host_in(url: str) -> str:
    """Something to call the host in a sentence, from a URL that could not be read."""
    rest = url.partition("://")[2] or url
    return re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2][:100] or "?"
