"""A public session as other sites show a link to it (oEmbed 1.0)."""

from html import escape
from typing import Any

from alliance.errors import NotFound
from alliance.queries.sessions import find
from alliance.visibility import STRANGER
from federation.uris import Uris
from web.mastodon.door import Call, Endpoint

KEPT_SECONDS = 86_400
WIDTH = (200, 400, 1200)


async def oembed(call: Call) -> dict[str, Any]:
    """GET /api/oembed?url=: a quotation with a link; our pages let nobody frame them."""
    uris = Uris(call.instance.settings.origin)
    number = uris.session_id(call.params.needed("url", most=2000))
    if number is None:
        raise NotFound
    async with call.reading() as db:
        session = await find(db, STRANGER, number)
    address = uris.session(number)
    least, usual, most = WIDTH
    return {
        "type": "rich",
        "version": "1.0",
        "title": session.title,
        "author_name": session.company.name,
        "author_url": session.company.origin,
        "provider_name": call.instance.settings.host,
        "provider_url": call.instance.settings.origin,
        "cache_age": KEPT_SECONDS,
        "html": f'<blockquote><a href="{escape(address)}">{escape(session.title)}</a></blockquote>',
        "width": call.params.number("maxwidth", usual, least=least, most=most),
        "height": None,
    }


ENDPOINTS = (Endpoint("GET", "/api/oembed", oembed, "none"),)
