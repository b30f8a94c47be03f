"""A store that answers as no store should: with these bytes, and then as it likes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Behave = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def hostile_store(behave: Behave) -> AsyncIterator[str]:
    """Its address; `behave` gets the head of each request."""

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behave(await reader.readuntil(b"\r\n\r\n"), writer)
        finally:
            writer.close()
            await writer.wait_closed()

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def saying(status: str, body: bytes = b"", *, length: int | None = None, more: str = "") -> Behave:
    """Always this answer; `length` is what it claims."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n{more}\r\n"

    async def behave(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + body)
        await writer.drain()

    return behave


async def never(_request: bytes, _writer: asyncio.StreamWriter) -> None:
    """Says nothing, for longer than anybody waits."""
    await asyncio.Event().wait()


async def without_end(_request: bytes, writer: asyncio.StreamWriter) -> None:
    """Goes on and on."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()
