"""Bytes over a real socket to the application behind the server that production runs."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from tests.hostile.siege import Siege
from tests.support.eventually import eventually
from web.app import create_app
from web.patience import HeadsInTime

CLOSE = b"Connection: close\r\n"
HOST = b"Host: nordlicht.localhost:8001\r\n"


@asynccontextmanager
async def served(under: Siege, http: type[asyncio.Protocol] = HeadsInTime) -> AsyncIterator[int]:
    """The port of the same application behind uvicorn."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(under.federation), log_config=None, lifespan="off", ws="none", http=http
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    await eventually(lambda: server.started)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def says(port: int, *raw: bytes, seconds: float = 20) -> list[int]:
    """The statuses that come back for these bytes, until the server closes or is silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for part in raw:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(seconds):
            while piece := await reader.read(65536):
                got += piece
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    lines = got.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines if line[:3].isdigit()]
