"""GET /api/v1/streaming/...: the same by server-sent events, one stream for each connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from alliance.app_scopes import reach_of
from alliance.errors import Invalid, NotFound, TooMany
from web.mastodon.door import Call, Endpoint, Handler
from web.mastodon.errors import WrongScope
from web.mastodon.streaming.connection import Connection, Hearer
from web.mastodon.streaming.hub import Full, Hub
from web.mastodon.streaming.streams import RefusedStream, Stream
from web.mastodon.streaming.websocket import checked

THUMP_SECONDS = 15.0
_THUMP = ":thump\n\n"
_GOODBYE_SECONDS = 5.0


class Events(Response):
    """An answer that lasts as long as the app listens."""

    def __init__(self, hearer: Hearer, stream: Stream, hub: Hub) -> None:
        super().__init__(media_type="text/event-stream")
        del self.headers["content-length"]
        self.headers["Cache-Control"] = "private, no-store"
        # Proxies that collect answers would keep everything (nginx's word for it).
        self.headers["X-Accel-Buffering"] = "no"
        self._hearer, self._stream, self._hub = hearer, stream, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        over = asyncio.Event()

        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        async def end(reason: str) -> None:
            over.set()

        connection = Connection(self._hearer, written, write, end)
        connection.streams = frozenset({self._stream})
        try:
            await self._hub.join(connection)
        except Full as error:
            raise TooMany("Too many requests", retry_after=60) from error
        gone = asyncio.create_task(_until_gone(receive, over))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await write(":)\n\n")
            connection.begin()
            await _thump(connection, over)
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return
        finally:
            gone.cancel()
            self._hub.leave(connection)


async def _thump(connection: Connection, over: asyncio.Event) -> None:
    """Says now and then that it is still there; proxies close what is silent."""
    while not over.is_set():
        try:
            async with asyncio.timeout(THUMP_SECONDS):
                await over.wait()
        except TimeoutError:
            connection.offer(_THUMP)


async def _until_gone(receive: Receive, over: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    over.set()


def written(stream: Stream, event: str, payload: str | None) -> str:
    """One event. JSON has no line breaks of its own."""
    return f"event: {event}\ndata: {payload or ''}\n\n"


def _of(name: str, *, has_media: bool = False) -> Callable[[Call], Awaitable[Events]]:
    async def events(call: Call) -> Events:
        if call.token is None:
            raise NotFound
        params: dict[str, Any] = {part: call.params.text(part) for part in ("tag", "list")}
        wanted = f"{name}:media" if has_media and call.params.flag("only_media") else name
        scopes = reach_of(tuple(call.token.scopes))
        hearer = Hearer(call.me.id, call.token.id, scopes, call)
        try:
            stream = await checked(hearer, params | {"stream": wanted})
        except RefusedStream as refused:
            raise _error(refused) from refused
        return Events(hearer, stream, call.request.app.state.streams)

    return events


def _error(refused: RefusedStream) -> Exception:
    match refused.status:
        case 401:
            return WrongScope()
        case 404:
            return NotFound()
        case _:
            return _Unusable(refused.sentence)


class _Unusable(Invalid):
    """What Mastodon answers with 400 here."""

    status = 400


async def health(call: Call) -> Response:
    """GET /api/v1/streaming/health."""
    return PlainTextResponse("OK")


_STATUSES, _BOTH = ("read", "read:statuses"), ("read", "read:statuses", "read:notifications")


def _endpoint(path: str, handler: Handler, scopes: tuple[str, ...] = _STATUSES) -> Endpoint:
    return Endpoint("GET", f"/api/v1/streaming/{path}", handler, "user", scopes)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/streaming/health", health, "none"),
    _endpoint("user", _of("user"), _BOTH),
    _endpoint("user/notification", _of("user:notification"), _BOTH),
    _endpoint("public", _of("public", has_media=True)),
    _endpoint("public/local", _of("public:local", has_media=True)),
    _endpoint("public/remote", _of("public:remote", has_media=True)),
    _endpoint("hashtag", _of("hashtag")),
    _endpoint("hashtag/local", _of("hashtag:local")),
    _endpoint("list", _of("list")),
    _endpoint("direct", _of("direct")),
)
