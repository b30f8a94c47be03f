"""PreviewCard: a link to the page of a session, with its cover."""

from typing import Any

from alliance.text import plain_text
from web.mastodon.entities.place import Place

JSON = dict[str, Any]
_MOST = 200
WIDTH, HEIGHT = 1200, 630
"""Of the covers that web.cover_drawing draws."""


def card_of(session: Any, page: str, place: Place) -> JSON:
    """Of a row of `queries.postings.sessions_said`."""
    company = place.origin if session.company_is_home else session.company_origin
    return {
        "url": page,
        "title": session.title,
        "description": " ".join(plain_text(session.description_html).split())[:_MOST],
        "type": "link",
        "author_name": session.company_name,
        "author_url": company,
        "authors": [],
        "provider_name": session.company_name,
        "provider_url": company,
        "html": "",
        "width": WIDTH,
        "height": HEIGHT,
        "image": place.preview(session.key),
        "embed_url": place.preview(session.key),
        "blurhash": None,
        "published_at": str(int(session.created_at.timestamp())),
    }
