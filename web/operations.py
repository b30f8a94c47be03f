"""What operators and their machines ask: is the process there, is it ready, how much waits."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from alliance.database import ReadingSession
from alliance.errors import NotFound
from alliance.instance import Instance
from federation.models import Delivery, Destination, Lane, ReceivedActivity, RejectionTally
from migrations.standing import works_here

SECURITY_TXT_HOLDS = timedelta(days=180)
SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The numbers of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "alliance_requests", "Requests answered.", ["method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "alliance_request_seconds", "Time to an answer.", buckets=SECONDS, registry=self.registry
        )
        self.queued = Gauge(
            "alliance_queue", "Rows in the queues.", ["queue", "state"], registry=self.registry
        )
        self.lag = Gauge(
            "alliance_queue_lag_seconds",
            "How long ago the most overdue queue should have been worked on.",
            registry=self.registry,
        )
        self.breakers = Gauge(
            "alliance_hosts_given_a_rest", "Hosts that fail and are left alone.", registry=self.registry
        )
        self.refused = Gauge(
            "alliance_inbox_refused_today", "Refused at the inbox.", ["reason"], registry=self.registry
        )

    def observe_request(self, method: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self.requests.labels(known, f"{status // 100}xx").inc()
        self.seconds.observe(seconds)


async def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class Readiness:
    """What stands in the way of serving; `lag` is how far behind the queues are, in seconds."""

    database: bool
    schema: bool
    lag: float | None

    @property
    def is_ready(self) -> bool:
        """Whether requests should be sent here. A full queue is no reason not to."""
        return self.database and self.schema


async def readiness(instance: Instance) -> Readiness:
    """Asks the database, once."""
    try:
        async with instance.reading() as db:
            fits = await (await db.connection()).run_sync(works_here)
            return Readiness(True, fits, await _lag(instance, db))
    except (SQLAlchemyError, OSError):
        return Readiness(False, False, None)


async def _lag(instance: Instance, db: ReadingSession) -> float:
    """Seconds since the most overdue lane should have been worked on; 0 when none is overdue."""
    oldest = await db.scalar(select(func.min(Lane.next_at)).where(Lane.next_at.is_not(None)))
    return max((instance.clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0


async def readyz(request: Request) -> Response:
    """Database and schema are as they should be; the age of the queues is told, not judged."""
    found = await readiness(request.app.state.instance)
    body: dict[str, Any] = {
        "ready": found.is_ready,
        "database": found.database,
        "schema": found.schema,
        "queue_lag_seconds": None if found.lag is None else round(found.lag, 1),
    }
    return JSONResponse(body, 200 if found.is_ready else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """The numbers in Prometheus' format, for holders of the token; with none set, for this machine."""
    if not _may_read_metrics(request):
        raise HTTPException(404)
    numbers: Metrics = request.app.state.metrics
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        await _count_queues(numbers, instance, db)
    return Response(generate_latest(numbers.registry), media_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: Request) -> bool:
    token = request.app.state.instance.settings.metrics_token
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _count_queues(numbers: Metrics, instance: Instance, db: ReadingSession) -> None:
    numbers.queued.clear()
    for queue, table in (("deliveries", Delivery), ("received", ReceivedActivity)):
        rows = await db.execute(select(table.state, func.count()).group_by(table.state))
        for state, count in rows:
            numbers.queued.labels(queue, state).set(count)
    numbers.lag.set(await _lag(instance, db))
    now = instance.clock.now()
    resting = select(func.count()).select_from(Destination).where(Destination.open_until > now)
    numbers.breakers.set(await db.scalar(resting) or 0)
    numbers.refused.clear()
    tallies = select(RejectionTally.reason, RejectionTally.count).where(RejectionTally.day == now.date())
    for reason, count in await db.execute(tallies):
        numbers.refused.labels(reason).set(count)


async def robots(request: Request) -> Response:
    """Search engines may read what is public; personal links and forms are not for them."""
    lines = ("User-agent: *", "Disallow: /meet/", "Disallow: /sign-in", "Disallow: /settings", "")
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "public, max-age=86400"})


async def security_txt(request: Request) -> Response:
    """Where to report a weakness (RFC 9116); nothing here until the operator says where."""
    instance: Instance = request.app.state.instance
    settings = instance.settings
    if settings.security_contact is None:
        raise NotFound
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {instance.clock.now() + SECURITY_TXT_HOLDS:%Y-%m-%dT%H:00:00Z}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.origin}/.well-known/security.txt",
        "",
    )
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "public, max-age=3600"})
