"""Apps that listen: a real server on loopback, and real WebSockets to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from alliance.app_scopes import LEVELS
from alliance.settings import Settings
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.eventually import eventually
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from web.app import Alliance, create_app
from web.mastodon.streaming.hub import Hub
from web.patience import WEBSOCKETS, HeadsInTime


class Ear:
    """One app that listens; what it heard is JSON, with the payload read as well."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def subscribe(self, stream: str, **more: object) -> None:
        """Listens to one more stream; on return the server knows."""
        await self.say({"type": "subscribe", "stream": stream, **more})
        await self.settle()

    async def say(self, message: object) -> None:
        await self.socket.send(json.dumps(message))

    async def settle(self) -> None:
        """Until the server has read everything that was said."""
        await self.say({"type": "nothing"})
        while (await self.next()) != {"error": "Unknown message type", "status": 400}:
            pass

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """What comes next. Raises TimeoutError."""
        async with asyncio.timeout(within):
            heard: dict[str, Any] = json.loads(await self.socket.recv())
        if isinstance(heard.get("payload"), str) and heard["payload"].startswith("{"):
            heard["payload"] = json.loads(heard["payload"])
        return heard

    async def all_there_is(self) -> list[dict[str, Any]]:
        """Everything that has been sent by now."""
        await self.say({"type": "nothing"})
        heard = []
        while (one := await self.next()) != {"error": "Unknown message type", "status": 400}:
            heard.append(one)
        return heard


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The instance is where its server is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return replace(settings, origin=f"http://127.0.0.1:{port}", danger_private_networks=True)


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """Things happen as in production: every listener hears of them."""
    return Stage(founded)


@pytest.fixture
async def app(federation: Federation, stage: Stage) -> AsyncIterator[Alliance]:
    """The application, served."""
    app = create_app(federation)
    port = int(federation.instance.settings.host.rpartition(":")[2])
    config = uvicorn.Config(app, log_config=None, lifespan="off", port=port, http=HeadsInTime, **WEBSOCKETS)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield app
    server.should_exit = True
    async with asyncio.timeout(30):
        await task


@pytest.fixture
def hub(app: Alliance) -> Hub:
    """Of that server."""
    found: Hub = app.state.streams
    return found


@pytest.fixture
def address(app: Alliance) -> str:
    """Where WebSockets are opened."""
    return str(app.state.instance.settings.origin.replace("http", "ws", 1)) + "/api/v1/streaming"


Listen = Callable[..., Awaitable[Ear]]


@pytest.fixture
async def listen(address: str, allow: Allow, founded: Founded) -> AsyncIterator[Listen]:
    """`await listen("user", by=employee, scopes=("read",))`: an app of an employee (Jonas) that listens."""
    async with AsyncExitStack() as stack:

        async def listen(
            *streams: str, by: Any = None, scopes: tuple[str, ...] = LEVELS, token: str = ""
        ) -> Ear:
            secret = token or await allow(by or founded.employee, *scopes)
            ear = await stack.enter_async_context(listening(address, secret))
            for stream in streams:
                await ear.subscribe(stream)
            return ear

        yield listen


@asynccontextmanager
async def listening(address: str, secret: str) -> AsyncIterator[Ear]:
    """A WebSocket with a token."""
    headers = {"Authorization": f"Bearer {secret}"}
    # Names below .localhost are this machine, whatever the system knows of them.
    async with connect(address, additional_headers=headers, proxy=None, host="127.0.0.1") as opened:
        yield Ear(opened)
