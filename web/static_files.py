"""Stylesheets, fonts and icons, kept by browsers for as long as their address stays the same."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"


class Static:
    """The files below web/static. Fonts never change, an address with `?v=` names one content for ever."""

    def __init__(self) -> None:
        self.files = StaticFiles(directory=FOLDER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lasting = b"v=" in scope.get("query_string", b"") or scope["path"].endswith(".woff2")
        keep = "public, max-age=31536000, immutable" if lasting else "public, max-age=3600"

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 206, 304):
                MutableHeaders(scope=message)["Cache-Control"] = keep
            await send(message)

        await self.files(scope, receive, add)
