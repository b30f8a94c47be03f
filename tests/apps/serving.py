"""An instance behind a real socket, as apps reach it, and the place to which they have people sent back."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from alliance.instance import Instance
from alliance.settings import Settings
from alliance.signing_in import change_password, hash_password
from alliance.vault import create_secret_file
from federation.wiring import Federation
from tests.support.founding import Founded, found
from web.app import Alliance, create_app
from web.mastodon.limits import RATES, Limits, Rate
from web.patience import WEBSOCKETS

PASSWORD = "Licht bricht sich im Glas"


@dataclass(frozen=True)
class Served:
    """A running instance; Jonas, `founded.employee`, signs in with PASSWORD."""

    origin: str
    federation: Federation
    founded: Founded
    app: Alliance


@asynccontextmanager
async def listening(app: ASGIApp, taken: socket.socket) -> AsyncIterator[None]:
    """Serves `app` on a socket that is bound already."""
    config = uvicorn.Config(app, log_level="critical", lifespan="off", **WEBSOCKETS)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[taken]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def bound() -> tuple[socket.socket, int]:
    """A socket on a free port of this machine."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken, taken.getsockname()[1]


@asynccontextmanager
async def serve(database: str, folder: Path) -> AsyncIterator[Served]:
    """Nordlicht, founded and served."""
    create_secret_file(folder / "app.secret")
    taken, port = bound()
    origin = f"http://localhost:{port}"
    settings = Settings(
        origin=origin,
        database=database,
        secret_file=folder / "app.secret",
        media=folder / "app-media",
        danger_private_networks=True,
    )
    instance = Instance(settings)
    federation = await Federation.open(instance)
    founded = await found(instance)
    async with instance.unit_of_work() as uow:
        await change_password(uow, founded.employee.id, hash_password(PASSWORD))
    app = create_app(federation)
    app.state.api_limits = Limits(dict.fromkeys(RATES, Rate(1_000_000, timedelta(hours=1))))
    async with listening(app, taken):
        yield Served(origin, federation, founded, app)
    await federation.close()
    await instance.close()


@asynccontextmanager
async def app_page() -> AsyncIterator[tuple[str, list[str]]]:
    """An app's page to come back to, and the addresses with which somebody did."""
    came: list[str] = []

    async def back(request: Request) -> Response:
        came.append(str(request.url))
        return PlainTextResponse("back in the app")

    taken, port = bound()
    async with listening(Starlette(routes=[Route("/back", back)]), taken):
        yield f"http://127.0.0.1:{port}/back", came
