"""The door for POST to any inbox: plain ASGI, past the middleware for pages."""

import asyncio

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from federation.inbox import MAX_BODY_BYTES
from federation.refusals import InboxReason, NotAccepted
from federation.reporting import report
from federation.signatures import Rejection, SignedRequest
from federation.wiring import Federation
from web.hurry import Hurry

BODY_SECONDS = 30
_PROBLEM = b"application/problem+json"
_NOTHING = [(b"content-length", b"0")]

log = structlog.get_logger("alliance.inbox")


class InboxDoor:
    """Reads the body within its bounds and hands the request to the inbox; never answers 500."""

    def __init__(self, federation: Federation) -> None:
        self._inbox = federation.inbox
        self._uris = federation.uris
        self._hurry = Hurry(BODY_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        try:
            self._check_path(scope["path"])
            await self._inbox.accept(await self._request(scope, receive, address), address)
        except Rejection as refusal:
            await _refuse(send, refusal.reason.status, refusal.reason.sentence, None)
        except NotAccepted as refusal:
            reason = refusal.reason
            await _refuse(send, reason.status, reason.sentence, refusal.retry_after, reason.problem_type)
        except Exception as error:
            # The sender keeps what it has and tries again; what happened is in the log.
            report(log, error, "an inbox request failed")
            busy = InboxReason.TOO_BUSY
            await _refuse(send, busy.status, busy.sentence, 60)
        else:
            await _answer(send, 202, _NOTHING, b"")

    async def _body(self, receive: Receive) -> bytes:
        """The whole body. Raises NotAccepted: TOO_LARGE or TOO_SLOW."""
        task = self._hurry.begin()
        try:
            return await _read(receive)
        except asyncio.CancelledError as error:
            if self._hurry.end(task):
                raise NotAccepted(InboxReason.TOO_SLOW) from error
            raise
        finally:
            self._hurry.end(task)

    def _check_path(self, path: str) -> None:
        """Every actor of ours has an inbox; there is no other. Raises NotAccepted."""
        owner = path.removesuffix("/inbox")
        if owner and self._uris.actor_key(self._uris.origin + owner) is None:
            raise NotAccepted(InboxReason.NO_SUCH_INBOX, path)

    async def _request(self, scope: Scope, receive: Receive, address: str) -> SignedRequest:
        """The request with its body. Raises Rejection or NotAccepted, counted."""
        try:
            _check_length(scope)
            return _received(scope, await self._body(receive))
        except (Rejection, NotAccepted) as refusal:
            self._inbox.note(refusal, address)
            raise


def _received(scope: Scope, body: bytes) -> SignedRequest:
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target = f"{target}?{scope['query_string'].decode('latin-1')}"
    return SignedRequest.received(scope["method"], target, scope["scheme"], scope["headers"], body)


def _check_length(scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and not (value.isdigit() and int(value[:10]) <= MAX_BODY_BYTES):
            raise NotAccepted(InboxReason.TOO_LARGE, "announced")


async def _read(receive: Receive) -> bytes:
    """The body, also when it comes in chunks. Raises NotAccepted: TOO_LARGE, or TOO_SLOW when they leave."""
    chunks: list[bytes] = []
    size = 0
    while (message := await receive())["type"] == "http.request":
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY_BYTES:
            raise NotAccepted(InboxReason.TOO_LARGE)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    raise NotAccepted(InboxReason.TOO_SLOW, "disconnected")


async def _refuse(
    send: Send, status: int, sentence: str, retry_after: int | None, problem_type: str = "about:blank"
) -> None:
    """Problem Details (RFC 9457, FEP-c180): only machines come to this door."""
    body = orjson.dumps({"type": problem_type, "status": status, "title": sentence})
    headers = [(b"content-type", _PROBLEM), (b"content-length", str(len(body)).encode())]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await _answer(send, status, headers, body)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
