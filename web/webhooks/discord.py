"""A message to a webhook of Discord: embeds, and nobody is mentioned.

Limits (Discord, "Execute Webhook" and "Embed Limits"): ten embeds, 256 characters in a title, 4,096 in a
description, 6,000 in all embeds together; `allowed_mentions` with an empty `parse` keeps all mentions quiet.
"""

import re
from typing import Any

from web.colours import oklch
from web.webhooks.message import LONGEST_TITLE, Line, Message, cut, facts_of

MOST_EMBEDS = 10
_HUES = {"session": 200, "moved": 65, "cancelled": 25, "story": 150, "wish": 290}
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~<@:])")
_ENOUGH = 250


def payload(message: Message) -> dict[str, Any]:
    """The JSON that is posted."""
    embeds = [_thing(line) for line in message.lines[:MOST_EMBEDS]]
    content = f"**{escaped(cut(message.heading, LONGEST_TITLE))}**"
    if message.more:
        content = f"{content}\n{escaped(message.more)}"
    return {"content": content, "embeds": embeds, "allowed_mentions": {"parse": []}}


def escaped(text: str) -> str:
    """Text of which no Markdown is made."""
    return _MARKS.sub(r"\\\1", text)


def _thing(line: Line) -> dict[str, Any]:
    # Escaping may double each of these, and ten of them have to stay below 6,000.
    words = "\n".join(escaped(cut(fact, _ENOUGH // 2)) for fact in facts_of(line))
    title = cut(line.title, 100)
    return {
        "title": f"~~{escaped(title)}~~"[:256] if line.kind == "cancelled" else escaped(title)[:256],
        "url": line.url,
        "description": words[:_ENOUGH],
        "color": _colour(line.kind),
        "footer": {"text": cut(line.label, 60)},
        "timestamp": line.at.isoformat(),
    }


def _colour(kind: str) -> int:
    red, green, blue = oklch(0.6, 0.12, _HUES.get(kind, 200))
    return red << 16 | green << 8 | blue
