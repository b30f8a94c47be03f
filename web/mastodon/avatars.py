"""The picture of whoever has none: a piece of the house's pattern, as the PNG that apps want."""

import asyncio
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from web.mastodon.entities.place import HUES

_HEADERS = {"Cache-Control": "public, max-age=604800"}


async def show(request: Request) -> Response:
    """GET /avatars/{hue}.png: one of 24, the same for everybody."""
    hue: int = request.path_params["hue"]
    if hue >= HUES:
        raise NotFound
    async with request.app.state.at_pictures:
        content = await asyncio.to_thread(_drawn, hue)
    return Response(content, headers=_HEADERS, media_type="image/png")


@lru_cache(HUES)
def _drawn(hue: int) -> bytes:
    from web.cover_drawing import drawn_square

    return drawn_square(hue)
