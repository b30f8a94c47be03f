"""What every request passes through before a page sees it: numbers, names, limits, headers and the log.

Pure ASGI throughout: no copies of bodies, no tasks, nothing between a commit and its response.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliance.errors import Forbidden
from alliance.settings import Settings
from web.requests import header, truncated

FORM_BYTES = 1_000_000
# Forms with a picture of ten million bytes; who isn't signed in is turned away before it is read.
UPLOAD_BYTES = 10_100_000
_UPLOADS = re.compile(
    r"/settings/portrait|/sessions/[0-9]{1,19}/(picture|transcripts)|/communities/[0-9]{1,19}/picture"
    r"|/api/v[12]/media|/api/v1/(accounts/update_credentials|profile)"
)
PATH_CHARACTERS = 2_000
QUERY_BYTES = 8_000
BODY_SECONDS = 30
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Probes come by address, not by name.
ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})
# Asked with a token in a header, which no other site can make a browser send.
WITHOUT_COOKIES = ("/api/", "/scim/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")
_SECRET_PATHS = re.compile(
    r"^/(meet|feeds|badges|sign-in/link|mail/stop|mail/leave|newsletter/confirm|newsletter/stop)/[^/]+"
)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"

log = structlog.get_logger("alliance.access")
Observe = Callable[[str, int, float], None]
Tell = Callable[[Scope, int, float], None]


def without_secrets(path: str) -> str:
    """A path as it may be logged: personal links lose their token."""
    return _SECRET_PATHS.sub(r"/\1/…", path)


# W3C Trace Context, 3.2: version, trace, parent and flags; a trace of zeros is none.
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def _trace(scope: Scope) -> dict[str, str]:
    """The trace that whoever stands before us has begun."""
    found = _TRACEPARENT.fullmatch(header(scope, b"traceparent")[:55])
    return {"trace": found[1]} if found else {}


class AccessLog:
    """Gives each request a number and logs one line: never a query string, a token or a whole address."""

    def __init__(self, app: ASGIApp, observe: Observe, tell: Tell | None = None) -> None:
        self.app = app
        self.observe = observe
        self.tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope["request_id"] = secrets.token_hex(8)
        began = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = scope["request_id"]
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        with structlog.contextvars.bound_contextvars(request=scope["request_id"], **_trace(scope)):
            try:
                await self.app(scope, receive, watch)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # What is listened to lasts as long as somebody does: no measure of how quick we are.
        method = scope.get("method", "GET")
        if status != 101:
            self.observe(method, status, seconds)
            if self.tell is not None:
                self.tell(scope, status, seconds)
        path: str = scope["path"]
        if path in ANY_HOST or path.startswith("/static/"):
            return
        client = scope.get("client")
        log.info(
            "answered",
            method=method,
            path=without_secrets(path),
            status=status,
            ms=round(seconds * 1000, 1),
            client=truncated(client[0] if client else None),
        )


class SecurityHeaders:
    """Tells browsers what our pages never do, so that nothing injected can make them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        said = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if settings.is_https else {})
        self.headers = [(name.lower().encode(), value.encode()) for name, value in said.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = list(message["headers"])
                names = {name.lower() for name, _ in found}
                message["headers"] = found + [pair for pair in self.headers if pair[0] not in names]
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)


class OnlyOurHost:
    """Answers under the configured name alone; anything else is 421 Misdirected Request (RFC 9110)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        default_port = ":443" if settings.is_https else ":80"
        self.names = {settings.host, f"{settings.host}{default_port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if not self._is_ours(scope):
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        is_page = scope["type"] == "http" and scope["path"] not in ANY_HOST
        if is_page and sum(name == b"host" for name, _ in scope["headers"]) > 1:
            raise HTTPException(400)  # RFC 9112, 3.2: a proxy may have gone by the other one
        if is_page and header(scope, b"host").lower() not in self.names:
            raise HTTPException(421)
        await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and named[0].decode("latin-1").lower() in self.names


class AddressLimit:
    """Refuses addresses that nothing here has: too long ones, and NUL, which no database takes as text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query: bytes = scope["query_string"]
            if len(scope["path"]) > PATH_CHARACTERS or len(query) > QUERY_BYTES:
                raise HTTPException(414)
            if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
                raise HTTPException(400)
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses bodies that are too long, said beforehand or found while reading, and those that never end."""

    def __init__(self, app: ASGIApp, most_bytes: int = FORM_BYTES, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        most_bytes = (
            max(self.most_bytes, UPLOAD_BYTES) if _UPLOADS.fullmatch(scope["path"]) else self.most_bytes
        )
        declared = header(scope, b"content-length")
        if declared and (not declared.isdecimal() or int(declared[:12]) > most_bytes):
            raise HTTPException(413 if declared.isdecimal() else 400)
        await self.app(scope, self._counted(receive, most_bytes), send)

    def _counted(self, receive: Receive, most_bytes: int) -> Receive:
        read = 0
        complete = False
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def counted() -> Message:
            nonlocal read, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408) from error
            read += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if read > most_bytes:
                raise HTTPException(413)
            return message

        return counted


class SameOrigin:
    """Refuses changes that another site makes a signed-in browser send.

    Browsers tell in Sec-Fetch-Site or Origin where a request was made; who sends neither is no browser
    and has no cookies of somebody else. The cookie is SameSite=Lax besides.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origin = settings.origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_allowed(scope):
            raise Forbidden(detail="a change that was asked for by another site")
        await self.app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        if scope["method"] in SAFE_METHODS or scope["path"].startswith(WITHOUT_COOKIES):
            return True
        origin = header(scope, b"origin")
        if origin == self.origin:
            return True
        site = header(scope, b"sec-fetch-site")
        return site in ("same-origin", "none") if site else not origin
