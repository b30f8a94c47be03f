"""What operators and their machines ask: is the process there, is it ready, how much waits."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

import orjson
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from alliance.errors import NotFound
from alliance.instance import Instance
from migrations.standing import works_here
from web.inner_listener import Answer, Said
from web.metrics import Metrics, lag

SECURITY_TXT_HOLDS = timedelta(days=180)
_FORWARDED = {"forwarded", "x-forwarded-for", "x-real-ip", "via"}


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
            return Readiness(True, fits, await lag(instance, db))
    except (SQLAlchemyError, OSError):
        return Readiness(False, False, None)


async def readyz(request: Request) -> Response:
    """Database and schema are as they should be; the age of the queues is told, not judged."""
    status, kind, body = await ready_text(request.app.state.instance)
    return Response(body, status, {"Cache-Control": "no-store"}, kind)


async def ready_text(instance: Instance) -> Said:
    """What is told about readiness, as JSON."""
    found = await readiness(instance)
    body = {
        "ready": found.is_ready,
        "database": found.database,
        "schema": found.schema,
        "queue_lag_seconds": None if found.lag is None else round(found.lag, 1),
    }
    return 200 if found.is_ready else 503, "application/json", orjson.dumps(body)


async def metrics(request: Request) -> Response:
    """The numbers in Prometheus' format, for holders of the token; with none set, for this machine."""
    if not _may_read_metrics(request):
        raise HTTPException(404)
    numbers: Metrics = request.app.state.metrics
    return Response(await numbers.text(request.app.state.instance), media_type=CONTENT_TYPE_LATEST)


def for_inside(instance: Instance, numbers: Metrics) -> dict[str, Answer]:
    """What the inner listener of a process answers (web/inner_listener.py)."""

    async def health() -> Said:
        return 200, "text/plain", b"ok\n"

    async def ready() -> Said:
        return await ready_text(instance)

    async def told() -> Said:
        return 200, CONTENT_TYPE_LATEST, await numbers.text(instance)

    return {"/healthz": health, "/readyz": ready, "/metrics": told}


def _may_read_metrics(request: Request) -> bool:
    settings = request.app.state.instance.settings
    if token := settings.metrics_token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if settings.metrics_bind or _FORWARDED & {name.lower() for name in request.headers}:
        # They are told inside; and whom a proxy on this machine asks for is somebody else.
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


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
