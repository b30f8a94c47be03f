"""An instance whose company has turned AI tools on, and an AI tool: the official SDK's own client."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from alliance.settings import Settings
from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.mastodon.conftest import allow
from tests.web.pages.conftest import jonas, stranger
from web.app import create_app

__all__ = ["allow", "jonas", "stranger"]

Talk = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual ones, with AI tools on."""
    return replace(settings, ai=True)


@pytest.fixture
def talk(founded: Founded, federation: Federation) -> Talk:
    """`async with talk(token) as client:` is a client of the endpoint; without a token it is nobody's."""

    @asynccontextmanager
    async def talk(token: str = "") -> AsyncIterator[Client]:
        origin = federation.instance.settings.origin
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.ASGITransport(create_app(federation), client=("203.0.113.7", 50000))
        async with (
            httpx2.AsyncClient(transport=transport, headers=headers) as http,
            Client(streamable_http_client(f"{origin}/mcp", http_client=http)) as client,
        ):
            yield client

    return talk
