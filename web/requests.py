"""What a request says about itself: who sent it, in which language, what it wants to read."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from starlette.types import Scope

Network = IPv4Network | IPv6Network
ACTIVITY_JSON = "application/activity+json"
LD_JSON = "application/ld+json"
AS2_PROFILE = "https://www.w3.org/ns/activitystreams"
_MOST_MEDIA_RANGES = 40


def header(scope: Scope, name: bytes) -> str:
    """The value of a header (lower-case name) as text, empty when absent."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def real_client(scope: Scope, trusted: tuple[Network, ...]) -> str | None:
    """The address that a request comes from: behind proxies of ours what the nearest one of them saw.

    X-Forwarded-For is read from the right, and only as far as the addresses in it are trusted themselves.
    """
    client = scope.get("client")
    address = _address(client[0]) if client else None
    if address is None:
        return None
    hops = [part.strip() for part in header(scope, b"x-forwarded-for")[-1000:].split(",") if part.strip()]
    while hops and any(address in network for network in trusted if network.version == address.version):
        before = _address(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def truncated(address: str | None) -> str:
    """An address without the part that names one person's line: IPv4 to 24 bits, IPv6 to 48."""
    parsed = _address(address or "")
    if parsed is None:
        return "-"
    bits = 24 if parsed.version == 4 else 48
    return (
        str(IPv4Network((int(parsed), bits), strict=False).network_address)
        if bits == 24
        else str(IPv6Network((int(parsed), bits), strict=False).network_address)
    )


def line_of(address: str | None) -> str:
    """Whose requests are counted together: an IPv4 address, or the 64 bits of IPv6 that one line is given.

    Whoever has a line has 2^64 addresses on it (RFC 6177) and would else never be counted twice.
    """
    parsed = _address(address or "")
    if parsed is None:
        return address or "-"
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else parsed
    return str(mapped) if mapped else str(IPv6Network((int(parsed), 64), strict=False))


@dataclass(frozen=True)
class _Range:
    type: str
    parameters: dict[str, str]
    quality: float

    def precision(self, offer: str) -> int:
        """How exactly this range names an offered type; 0 when it does not."""
        if self.type == offer:
            return 3
        if self.type == offer.partition("/")[0] + "/*":
            return 2
        return 1 if self.type == "*/*" else 0


def _ranges(accept: str) -> list[_Range]:
    ranges = []
    for part in _split_outside_quotes(accept[:2000])[:_MOST_MEDIA_RANGES]:
        media, *rest = (piece.strip() for piece in part.split(";"))
        parameters: dict[str, str] = {}
        for piece in rest:
            name, _, value = piece.partition("=")
            parameters[name.strip().lower()] = value.strip().strip('"')
        ranges.append(_Range(media.lower(), parameters, _quality(parameters.pop("q", "1"))))
    return ranges


def _split_outside_quotes(text: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for position, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def best_type(accept: str, offers: tuple[str, ...]) -> str | None:
    """The offer that an Accept header likes most (RFC 9110 section 12.5.1); ties go to the earlier offer.

    No header means the first offer. JSON-LD counts only without a profile or with that of ActivityStreams.
    None when nothing fits.
    """
    ranges = [found for found in _ranges(accept) if _is_wanted(found)]
    if not accept.strip():
        return offers[0]
    best, best_quality = None, 0.0
    for offer in offers:
        fitting = [(found.precision(offer), found.quality) for found in ranges if found.precision(offer)]
        quality = max(fitting)[1] if fitting else 0.0
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def _is_wanted(media_range: _Range) -> bool:
    profile = media_range.parameters.get("profile")
    return media_range.type != LD_JSON or profile is None or AS2_PROFILE in profile.split()


def wants_json(scope: Any) -> bool:
    """Whether whoever asks would rather read JSON of any kind than a page."""
    offers = ("text/html", ACTIVITY_JSON, LD_JSON, "application/json", "application/problem+json")
    return best_type(header(scope, b"accept"), offers) not in (None, "text/html")
