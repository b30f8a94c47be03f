"""What can be wrong with an instance besides its database; a sentence names the setting that is."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from alliance.settings import Settings
from federation.client import Answer
from federation.failures import (
    BadCertificate,
    FetchFailed,
    HostUnknown,
    PrivateAddress,
    ProxyFailed,
    UrlRefused,
)
from federation.wiring import Federation
from web.database_copies.sides import is_sqlite, sqlite_path
from web.metrics import lag

SECONDS_OFF = 60
_LEAST_BYTES = 500_000_000
_LEAST_SHARE = 0.05
_MOST_LAG_SECONDS = 300
_LEAST_DAYS = 14
"""Whoever renews by itself does so a month before: less than this, and that does not work."""
# What OpenSSL says, out of what Python and the client lay around it.
_REASON = re.compile(r"\[SSL: \w+\] ([^(\]]+[^(\] ])")


@dataclass(frozen=True)
class Verdict:
    """What one look found; `is_fine` None means that it could not be told."""

    about: str
    is_fine: bool | None
    says: str


def disk(settings: Settings) -> list[Verdict]:
    """Whether there is room where the instance writes."""
    places = {} if settings.s3_endpoint else {"ALLIANCE_MEDIA": settings.media}
    if is_sqlite(settings.database):
        places["ALLIANCE_DATABASE"] = sqlite_path(settings.database).parent
    verdicts = []
    for name, place in places.items():
        room = shutil.disk_usage(_existing(place))
        is_fine = room.free >= _LEAST_BYTES and room.free >= room.total * _LEAST_SHARE
        said = f"{room.free / 1e9:.1f} GB of {room.total / 1e9:.1f} GB are free where {name} is"
        verdicts.append(Verdict("disk", is_fine, said))
    return verdicts


def _existing(place: Path) -> Path:
    return next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.exists())


def proxies(settings: Settings) -> Verdict:
    """Whether the addresses of people and partners are known behind what does TLS."""
    if settings.trusted_proxies:
        named = ", ".join(str(network) for network in settings.trusted_proxies)
        return Verdict("proxies", True, f"X-Forwarded-For is believed from {named}")
    if not settings.is_https:
        return Verdict("proxies", True, "none, and none needed without https")
    says = "ALLIANCE_TRUSTED_PROXIES is empty: behind a proxy all visitors look like one"
    return Verdict("proxies", None, says)


def exposure(settings: Settings) -> Verdict:
    """Whether something for development is on where people work."""
    if settings.is_https and settings.danger_private_networks:
        return Verdict("exposure", False, "ALLIANCE_DANGER_PRIVATE_NETWORKS is on: turn it off in production")
    if settings.metrics_bind and not _is_inside(settings.metrics_bind[0]):
        return Verdict("exposure", False, "ALLIANCE_METRICS_BIND is a public address: it asks for no token")
    return Verdict("exposure", True, "nothing for development is on, nothing for inside is shown outside")


def _is_inside(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return address.is_private or address.is_unspecified


async def queues(federation: Federation) -> Verdict:
    """Whether somebody works."""
    async with federation.instance.reading() as db:
        seconds = await lag(federation.instance, db)
    if seconds > _MOST_LAG_SECONDS:
        return Verdict("queues", False, f"{seconds:.0f} s behind: too few workers (alliance worker)")
    return Verdict("queues", True, f"{seconds:.0f} s behind")


async def own_address(federation: Federation) -> list[Verdict]:
    """Reaches this instance from outside as partners would: certificate, way in, and the clock."""
    origin = federation.instance.settings.origin
    try:
        with federation.admission.expecting(federation.instance.settings.host):
            answer = await federation.client.send("GET", f"{origin}/healthz", headers={})
    except BadCertificate as failure:
        return [_refused(origin, failure)]
    except ProxyFailed as failure:
        return [Verdict("address", False, f"HTTPS_PROXY: {failure} {failure.detail}")]
    except HostUnknown as failure:
        return [Verdict("address", False, f"ALLIANCE_ORIGIN: {failure}")]
    except (PrivateAddress, UrlRefused) as failure:
        return [
            Verdict("address", None, f"not reached from here: {failure}"),
            *await _from_within(federation),
        ]
    except FetchFailed as failure:
        return [Verdict("address", None, f"not reached from here: {failure}")]
    verdicts = [Verdict("address", answer.status == 200, f"{origin}/healthz answers {answer.status}")]
    verdicts += _certificate(origin, answer)
    if date := answer.headers.get("Date"):
        off = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
        verdicts.append(Verdict("clock", off < SECONDS_OFF, f"{off:.0f} s off the server's"))
    return verdicts


async def _from_within(federation: Federation) -> list[Verdict]:
    """The certificate where our own name leads to an address of the company's network, as it may there."""
    origin = federation.instance.settings.origin
    try:
        async with federation.client.with_private(urlsplit(origin).hostname or "") as client:
            return _certificate(origin, await client.send("GET", f"{origin}/healthz"))
    except BadCertificate as failure:
        return [_refused(origin, failure)]
    except FetchFailed:
        return []


def _certificate(origin: str, answer: Answer) -> list[Verdict]:
    if answer.proven_until is None:
        return []
    left = answer.proven_until - datetime.now(UTC)
    said = f"of {origin} is good for {left.days} more {'day' if left.days == 1 else 'days'}"
    if left.days < _LEAST_DAYS:
        said = f"{said}: renew it, or look why that does not happen by itself"
    return [Verdict("certificate", True if left.days >= _LEAST_DAYS else None, said)]


def _refused(origin: str, failure: BadCertificate) -> Verdict:
    if "certificate has expired" in failure.detail:
        return Verdict("certificate", False, f"of {origin} has expired: renew it, no partner reaches you")
    told = _REASON.search(failure.detail)
    reason = told[1] if told else failure.detail
    says = f"of {origin} is not trusted: {reason} (SSL_CERT_FILE names further authorities)"
    return Verdict("certificate", False, says)
