"""Small servers on loopback: one that counts who connects, one that answers HTTP as a test says."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import ResolveResult

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Listener:
    """A port on every loopback address; `seen` counts connections."""

    port: int = 0
    seen: int = 0


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Listens on 127.0.0.0/8, ::1 and whatever else this machine calls itself."""
    listener = Listener()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.seen += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        writer.close()

    first = await asyncio.start_server(accept, "0.0.0.0", 0)  # noqa: S104 - to see every IPv4 form
    listener.port = first.sockets[0].getsockname()[1]
    servers = [first]
    if socket.has_ipv6:
        try:
            servers.append(await asyncio.start_server(accept, "::1", listener.port))
        except OSError:  # IPv6 may be switched off on this machine
            servers = [first]
    try:
        yield listener
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()


@dataclass
class Web:
    """An HTTP server: its port and the requests it got."""

    port: int = 0
    requests: list[web.BaseRequest] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """An address of this server."""
        return f"{scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[Web]:
    """Answers every request with `handler`."""
    served = Web()

    async def remember(request: web.BaseRequest) -> web.StreamResponse:
        served.requests.append(request)
        return await handler(request)

    server = web.Server(remember)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        await runner.cleanup()


class Names:
    """A resolver that answers what a test says, a different thing each time if it says so."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in answer
        ]
