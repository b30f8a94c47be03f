"""Hashtags in `tag`."""

from federation.vocabulary.values import Json, compact, line, listed, uri_or_none

Hashtags = tuple[tuple[str, str | None], ...]
MAX_HASHTAGS = 20


def hashtags_json(topics: Hashtags) -> list[Json]:
    """Names (without #) and addresses as tags."""
    return [compact({"type": "Hashtag", "name": f"#{name}", "href": href}) for name, href in topics]


def parse_hashtags(value: object) -> Hashtags:
    """The hashtags among the tags, at most 20, each name once and without its #."""
    found: dict[str, str | None] = {}
    for item in listed(value):
        if isinstance(item, dict) and item.get("type") == "Hashtag":
            name = line(item.get("name"), 60).lstrip("#").strip()
            if name:
                found.setdefault(name, uri_or_none(item.get("href")))
    return tuple(found.items())[:MAX_HASHTAGS]
