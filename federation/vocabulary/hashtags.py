"""Hashtags in `tag`: topics by the name that people gave them, with the address that lists them."""

import re

from alliance.text import slug_of
from federation.vocabulary.values import Json, compact, line, listed, uri_or_none

Hashtags = tuple[tuple[str, str | None], ...]
MAX_HASHTAGS = 20
MAX_NAME = 60

# What hashtags can't carry but names of topics do, as in C++ and C#.
_SPELLED = {"+": "plus", "#": "sharp"}
_WORD = re.compile(r"\w+")


def hashtag(name: str) -> str:
    """A topic's name as one word that keeps its capitals: `data science` is `DataScience`."""
    for sign, letters in _SPELLED.items():
        name = name.replace(sign, letters)
    words = _WORD.findall(name.replace("_", " "))
    joined = words[0] if len(words) == 1 else "".join(word[:1].upper() + word[1:] for word in words)
    return joined[:MAX_NAME]


def hashtags_json(topics: Hashtags) -> list[Json]:
    """Topics as tags. `summary` is the name as people write it, where a hashtag can't be."""
    named = [(name, hashtag(name), href) for name, href in topics]
    return [
        compact(
            {
                "type": "Hashtag",
                "name": f"#{tag}",
                "href": href,
                "summary": name if name != tag else None,
            }
        )
        for name, tag, href in named
        if tag
    ]


def parse_hashtags(value: object) -> Hashtags:
    """The topics among the tags, at most 20, each name once and without its #; all of them can be listed."""
    found: dict[str, str | None] = {}
    for item in listed(value):
        if isinstance(item, dict) and item.get("type") == "Hashtag":
            name = _name(item)
            if hashtag(name) and slug_of(name):
                found.setdefault(name, uri_or_none(item.get("href")))
    return tuple(found.items())[:MAX_HASHTAGS]


def _name(item: Json) -> str:
    """As people write it, if that is what the hashtag stands for; else the hashtag."""
    tag = line(item.get("name"), MAX_NAME).lstrip("#").strip()
    written = line(item.get("summary"), MAX_NAME).lstrip("#").strip()
    return written if written and hashtag(written).casefold() == tag.casefold() else tag
