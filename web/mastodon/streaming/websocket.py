"""GET /api/v1/streaming by WebSocket (RFC 6455): one connection, as many streams as an app subscribes to."""

import time
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message
from starlette.websockets import WebSocket

from alliance.app_scopes import reach_of
from alliance.queries.streaming import own_lists
from web.mastodon.answers import json_response
from web.mastodon.door import Call
from web.mastodon.errors import INVALID_BEARER, NO_PERSON, NO_SCOPE
from web.mastodon.holders import holder_of
from web.mastodon.streaming.connection import ENDED, TOO_MUCH, TOO_SLOW, Connection, Hearer
from web.mastodon.streaming.hub import Full, Hub
from web.mastodon.streaming.streams import RefusedStream, Stream, stream_of
from web.requests import line_of

MESSAGE_CHARACTERS = 4_000
"""Of what an app sends; the server takes no larger frame anyway (see web/patience.py)."""
MOST_STREAMS = 60
MOST_MESSAGES = 100
PER_SECONDS = 10.0
_CODES = {ENDED: 3000, TOO_SLOW: 1013, TOO_MUCH: 1008}
_SCOPES = frozenset({"read:statuses", "read:notifications"})


class Refused(Exception):
    """What an app is answered instead of a connection."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def listen(websocket: WebSocket) -> None:
    """The whole life of one connection."""
    hub: Hub = websocket.app.state.streams
    try:
        hearer = await _hearer(websocket)
        connection = Connection(hearer, written, websocket.send_text, _ending(websocket))
        session = Session(connection)
        if "stream" in websocket.query_params:
            await session.subscribe(dict(websocket.query_params))
        await hub.join(connection)
    except (Refused, RefusedStream) as refused:
        await websocket.send_denial_response(_refusal(refused.status, refused.sentence))
        return
    except Full:
        await websocket.send_denial_response(_refusal(429, "Too many connections"))
        return
    try:
        await websocket.accept(subprotocol=_offered(websocket.headers))
        connection.begin()
        await session.run(websocket)
    finally:
        hub.leave(connection)


class Session:
    """What an app says on its connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._began, self._count = time.monotonic(), 0

    async def run(self, websocket: WebSocket) -> None:
        """Until it ends, whoever ends it."""
        while self._connection.is_open or websocket.client_state.name == "CONNECTED":
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if self._connection.is_open:
                await self._take(message)

    async def _take(self, message: Message) -> None:
        if self._is_too_often():
            self._connection.close(TOO_MUCH)
            return
        text = message.get("text")
        if not isinstance(text, str) or len(text) > MESSAGE_CHARACTERS:
            self._connection.close(TOO_MUCH)
            return
        try:
            await self._obey(text)
        except RefusedStream as refused:
            answer = {"error": refused.sentence, "status": refused.status}
            self._connection.offer(orjson.dumps(answer).decode())

    async def _obey(self, text: str) -> None:
        try:
            said = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise RefusedStream(400, "Not JSON") from error
        if not isinstance(said, dict):
            raise RefusedStream(400, "Not an object")
        match said.get("type"):
            case "subscribe":
                await self.subscribe(said)
            case "unsubscribe":
                gone = stream_of(said, self._connection.hearer.scopes)
                self._connection.streams -= {gone}
            case _:
                raise RefusedStream(400, "Unknown message type")

    async def subscribe(self, wanted: dict[str, Any]) -> None:
        """One stream more. Raises RefusedStream."""
        stream = await checked(self._connection.hearer, wanted)
        if len(self._connection.streams) >= MOST_STREAMS and stream not in self._connection.streams:
            raise RefusedStream(429, "Too many streams")
        self._connection.streams |= {stream}

    def _is_too_often(self) -> bool:
        now = time.monotonic()
        if now - self._began > PER_SECONDS:
            self._began, self._count = now, 0
        self._count += 1
        return self._count > MOST_MESSAGES


async def checked(hearer: Hearer, wanted: dict[str, Any]) -> Stream:
    """The stream that an app wants. Raises RefusedStream, also for lists of others."""
    stream = stream_of(wanted, hearer.scopes)
    number = stream.list_id
    if number is not None:
        instance = hearer.call.instance
        if not await instance.look(lambda db: own_lists(db, hearer.person_id, [number])):
            raise RefusedStream(404, "Record not found")
    return stream


def written(stream: Stream, event: str, payload: str | None) -> str:
    """A message of the server: the payload is JSON inside a string."""
    said: dict[str, Any] = {"stream": stream.label, "event": event}
    return orjson.dumps(said if payload is None else said | {"payload": payload}).decode()


async def _hearer(websocket: WebSocket) -> Hearer:
    """Who listens. Raises Refused."""
    call = Call(_as_request(websocket), {})
    secret = _secret(websocket)
    if secret:
        async with call.reading() as db:
            call.token = await holder_of(call.instance, db, secret)
        await call.close()
    client = websocket.client.host if websocket.client else "-"
    who = f"#{call.employee.id}" if call.employee else line_of(client)
    if websocket.app.state.api_limits.count("", who, call.instance.clock.now()).left < 0:
        raise Refused(429, "Too many requests")
    if call.token is None:
        raise Refused(401, INVALID_BEARER)
    if call.employee is None:
        raise Refused(401, NO_PERSON)
    scopes = reach_of(tuple(call.token.scopes))
    if scopes.isdisjoint(_SCOPES):
        raise Refused(403, NO_SCOPE)
    return Hearer(call.employee.id, call.token.id, scopes, call)


def _as_request(websocket: WebSocket) -> Request:
    """What the connection would be as a request; without headers, of which the token is one."""
    kept = [(name, value) for name, value in websocket.scope["headers"] if name == b"accept-language"]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": websocket.scope["path"],
            "query_string": b"",
            "headers": kept,
            "app": websocket.app,
            "client": websocket.scope.get("client"),
        }
    )


def _secret(websocket: WebSocket) -> str:
    """The token: of the header, of the subprotocol as browsers have no other, or of the address."""
    scheme, _, secret = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    return _offered(websocket.headers) or websocket.query_params.get("access_token", "")


def _offered(headers: Headers) -> str | None:
    """The one subprotocol that a client offers; browsers insist that it be named in the answer."""
    return headers.get("sec-websocket-protocol", "").partition(",")[0].strip() or None


def _refusal(status: int, sentence: str) -> Response:
    return json_response({"error": sentence}, status)


def _ending(websocket: WebSocket) -> Any:
    async def end(reason: str) -> None:
        await websocket.close(_CODES[reason], reason)

    return end
