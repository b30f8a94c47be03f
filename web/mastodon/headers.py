"""What apps need in the headers of every answer, errors included: leave to read it, and their limits."""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RATE_HEADERS = "alliance.rate"
"""Under this name a request's scope holds the headers that web.mastodon.limits gives."""

_OPEN_TO_ALL = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/", "/nodeinfo/")
# Without credentials: a browser never sends our cookies along, so a page elsewhere reads what anybody may.
_ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset,"
    " X-Request-Id, Retry-After, Deprecation",
}
_ALLOWED_RAW = [(name.lower().encode(), value.encode()) for name, value in _ALLOWED.items()]
_NAMES = frozenset(name for name, _ in _ALLOWED_RAW)
_PREFLIGHT = {
    **_ALLOWED,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Accept, Accept-Language,"
    " X-Requested-With",
    "Access-Control-Max-Age": "86400",
}


class AppHeaders:
    """Adds them at the addresses that apps use, and answers what browsers ask beforehand (CORS)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_OPEN_TO_ALL):
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message["headers"] if pair[0] not in _NAMES]
                message["headers"] = [*others, *_ALLOWED_RAW, *scope.get(RATE_HEADERS, ())]
            await send(message)

        await self.app(scope, receive, add)
