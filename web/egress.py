"""Every host and port that an instance has to reach: what a firewall is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select
from yarl import URL

from alliance.database import ReadingSession, postgres_arguments
from alliance.errors import AllianceError
from alliance.models import Company, LearningSetting, Partner, PushSubscription, Source, Webhook
from alliance.settings import Settings
from federation.client import Proxies
from federation.models import Lane
from federation.shelf import bucket_address
from federation.wiring import Federation
from web.sign_in.discovery import Discovery

_PORTS = {"https": 443, "http": 80, "postgresql": 5432}
_ENDPOINTS = ("token_endpoint", "jwks_uri", "userinfo_endpoint")


@dataclass(frozen=True, order=True)
class Way:
    """One host and port, why, and through which proxy."""

    why: str
    host: str
    port: int
    through: str = ""


async def ways_out(federation: Federation) -> list[Way]:
    """All of them, sorted by what they are for."""
    settings = federation.instance.settings
    addresses = await _sign_in(settings)
    if settings.s3_endpoint:
        addresses.append((bucket_address(settings), "media"))
    async with federation.instance.reading() as db:
        addresses += await _others(db)
    proxies = Proxies.from_settings(settings)
    ways = {way for address, why in addresses if (way := _way(proxies, address, why))}
    return sorted({*_own(settings), *ways})


def _own(settings: Settings) -> Iterable[Way]:
    if not settings.database.startswith("sqlite"):
        told = postgres_arguments(settings.database)
        hosts = str(told.get("host", "")).split(",")
        ports = str(told.get("port", "")).split(",")
        for host, port in zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True):
            if host and not host.startswith("/"):
                yield Way("database", host, int(port or _PORTS["postgresql"]))
    for why, server in (("mail", settings.smtp), ("mailbox", settings.imap)):
        if server is not None:
            yield Way(why, server.host, server.port)
    for proxy in {settings.https_proxy, settings.http_proxy} - {None}:
        parts = urlsplit(proxy or "")
        yield Way("proxy", parts.hostname or "", parts.port or _PORTS["http"])
    if settings.traces_endpoint:
        parts = urlsplit(settings.traces_endpoint)
        yield Way("traces", parts.hostname or "", parts.port or _PORTS[parts.scheme])


async def _sign_in(settings: Settings) -> list[tuple[str, str]]:
    if settings.oidc_issuer is None:
        return []
    addresses = [settings.oidc_issuer]
    try:
        said = await Discovery(settings).metadata()
        addresses += [str(said[name]) for name in _ENDPOINTS if name in said]
    except AllianceError:
        # It can't be reached: perhaps that is why somebody asks.
        pass
    return [(address, "sign-in") for address in addresses]


async def _others(db: ReadingSession) -> list[tuple[str, str]]:
    """Partners, everybody who was ever sent something, sources, devices, webhooks and the record store."""
    found: list[tuple[str, str]] = []
    partners = select(Company.origin).join(Partner).where(Partner.state != "blocked")
    found += [(origin, "partner") for origin in await db.scalars(partners) if origin]
    known = {urlsplit(origin).netloc for origin, _ in found}
    lanes = await db.scalars(select(Lane.host).where(Lane.direction == "out").distinct())
    found += [(f"https://{host}", "followers") for host in lanes if host not in known]
    found += [(uri, "source") for uri in await db.scalars(select(Source.uri))]
    devices = select(func.substr(PushSubscription.endpoint, 1, 300)).distinct()
    found += [(endpoint, "push") for endpoint in await db.scalars(devices)]
    found += [(f"https://{host}", "webhook") for host in await db.scalars(select(Webhook.host))]
    stores = select(LearningSetting.endpoint).where(LearningSetting.is_on)
    found += [(endpoint, "record store") for endpoint in await db.scalars(stores)]
    return found


def _way(proxies: Proxies, address: str, why: str) -> Way | None:
    parts = urlsplit(address)
    if parts.hostname is None or parts.scheme not in _PORTS:
        return None
    proxy = proxies.proxy_for(URL(address))
    through = urlsplit(proxy).hostname or "" if proxy else ""
    return Way(why, parts.hostname, parts.port or _PORTS[parts.scheme], through)
