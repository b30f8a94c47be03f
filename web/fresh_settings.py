"""Settings that were changed in another process count here as well, within seconds."""

import contextlib

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance.instance import Instance
from alliance.run_time_settings import refresh_when_stale


class FreshSettings:
    """Looks at the database before a request where the last look was some seconds ago."""

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self.app = app
        self.instance = instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            # Where the database is away, the page itself will say so; what counted goes on counting.
            with contextlib.suppress(SQLAlchemyError, OSError):
                await refresh_when_stale(self.instance)
        await self.app(scope, receive, send)
