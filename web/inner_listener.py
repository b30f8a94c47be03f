"""A listener for machines inside: numbers and probes of one process, and nothing else.

Workers have no other one. It speaks as little HTTP as Prometheus and Kubernetes need: one GET each time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from alliance.errors import WrongConfiguration

Said = tuple[int, str, bytes]
"""Status, content type and body."""
Answer = Callable[[], Awaitable[Said]]

# Several processes of one machine each take the next port that is free.
_PORTS = 64
_HEAD_BYTES = 8_192
_SECONDS = 10.0
_PHRASES = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}

log = structlog.get_logger("alliance.serving")


@asynccontextmanager
async def listening(bind: tuple[str, int] | None, answers: dict[str, Answer]) -> AsyncIterator[int | None]:
    """Answers GET of these paths while inside, on the port that is given; on none without `bind`."""
    if bind is None:
        yield None
        return
    server, port = await _started(bind, _Inner(answers).serve)
    log.info("numbers", bind=f"{bind[0]}:{port}")
    try:
        yield port
    finally:
        server.close()
        await server.wait_closed()


async def _started(
    bind: tuple[str, int], serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> tuple[asyncio.Server, int]:
    """Raises WrongConfiguration when no port is free."""
    host, first = bind
    reason = "no port is free"
    for port in range(first, first + (_PORTS if first else 1)):
        try:
            server = await asyncio.start_server(serve, host, port, limit=_HEAD_BYTES)
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        return server, int(server.sockets[0].getsockname()[1])
    raise WrongConfiguration("ALLIANCE_METRICS_BIND can't be listened on: {reason}.", reason=reason)


class _Inner:
    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_written(*await self._said(head)))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _said(self, head: bytes) -> Said:
        method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1")
        if method != b"GET":
            return 405, "text/plain", b""
        answer = self._answers.get(path)
        try:
            return (404, "text/plain", b"") if answer is None else await answer()
        except Exception:
            log.exception("the inner listener could not answer", path=path)
            return 503, "text/plain", b""


def _written(status: int, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_PHRASES.get(status, 'Error')}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body
