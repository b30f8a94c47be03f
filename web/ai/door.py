"""The door of the MCP endpoint: whether it is open, who asks, how often."""

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from alliance.errors import TooMany
from alliance.instance import Instance
from alliance.models import AppToken
from web.activitypub.nodeinfo import our_version
from web.ai.calling import Caller
from web.ai.switch import refuse_unless_on
from web.mastodon.holders import secret_in
from web.mastodon.limits import Limits

_WHO = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class McpDoor:
    """POST /mcp: the Model Context Protocol over streamable HTTP, with the token of an employee or without.

    Nothing is kept between requests, so there is no stream to open (GET) and no session to end (DELETE).
    """

    def __init__(self) -> None:
        self._server: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        instance: Instance = request.app.state.instance
        refuse_unless_on(instance.settings)
        if request.method != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        token = await _holder(request, instance)
        _count(request, instance, token)
        mcp_server = await asyncio.to_thread(_loaded)
        if self._server is None:
            self._server = mcp_server.make_server(instance.settings.host, our_version())
        scope[mcp_server.CALLER] = Caller(instance, token, instance.clock.now())
        await mcp_server.serve(self._server, scope, receive, send)


def _loaded() -> Any:
    """The SDK is large: it is loaded, in a thread, when somebody first asks."""
    from web.ai import mcp_server

    return mcp_server


async def _holder(request: Request, instance: Instance) -> AppToken | None:
    secret = secret_in(request)
    if not secret:
        return None
    token: AppToken | None = await request.app.state.known_holders.holder_of(instance, secret)
    if token is None:
        raise HTTPException(401, headers=_WHO)
    return token


def _count(request: Request, instance: Instance, token: AppToken | None) -> None:
    """The same limits as for apps, and counted together with them."""
    limits: Limits = request.app.state.api_limits
    client = request.client.host if request.client else "-"
    who = f"#{token.employee_id}" if token and token.employee_id else client
    now = instance.clock.now()
    count = limits.count("", who, now)
    if count.left < 0:
        raise TooMany(retry_after=count.ends - int(now.timestamp()))
