"""Tag: a topic, in a status and by itself."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from web.mastodon.entities.place import Place

JSON = dict[str, Any]
DAYS = 7


def tag_in_status(slug: str, place: Place) -> JSON:
    """Status::Tag."""
    return {"name": slug, "url": place.topic(slug)}


LEADERS = "leadersshare"
"""The hashtag of sessions in which leaders share; it leads to the list of them."""


def leaders_tag(place: Place) -> JSON:
    """Status::Tag of the mark of leaders."""
    return {"name": LEADERS, "url": f"{place.origin}/sessions?leaders=1"}


def tag(
    number: int,
    slug: str,
    place: Place,
    now: datetime,
    *,
    following: bool | None = None,
    uses: dict[int, tuple[int, int]] | None = None,
) -> JSON:
    """Tag, with how often it was used by how many on each of the last days; `uses` by days ago."""
    found = {
        "id": str(number),
        "name": slug,
        "url": place.topic(slug),
        "history": [_day(now, ago, (uses or {}).get(ago, (0, 0))) for ago in range(DAYS)],
    }
    return found if following is None else found | {"following": following, "featuring": False}


def hashtag_html(slug: str, place: Place) -> str:
    """A topic in the words of a status, as Mastodon links it."""
    address = escape(place.topic(slug))
    return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{escape(slug)}</span></a>'


def leaders_html(place: Place) -> str:
    """The mark of leaders in the words of a status."""
    address = f"{place.origin}/sessions?leaders=1"
    return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>LeadersShare</span></a>'


def _day(now: datetime, ago: int, uses: tuple[int, int]) -> JSON:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=ago)
    return {"day": str(int(midnight.timestamp())), "uses": str(uses[0]), "accounts": str(uses[1])}
