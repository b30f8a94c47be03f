"""A message to a room of Matrix: a notice with plain text and HTML (client-server API, `m.room.message`).

Bots send `m.notice`, which other bots do not answer; `m.mentions` without anybody in it keeps everybody's
notifications quiet (both: Matrix specification, "Instant Messaging" and "User and room mentions").
"""

from html import escape
from typing import Any

from web.webhooks.message import LONGEST_DETAIL, LONGEST_TITLE, Line, Message, as_text, cut, facts_of


def payload(message: Message) -> dict[str, Any]:
    """The JSON that is put."""
    parts = [f"<p>{escape(cut(message.heading, LONGEST_TITLE))}</p>", *map(_thing, message.lines)]
    if message.more:
        parts.append(f"<p>{escape(message.more)}</p>")
    return {
        "msgtype": "m.notice",
        "body": as_text(message),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(parts),
        "m.mentions": {},
    }


def _thing(line: Line) -> str:
    title = escape(cut(line.title, LONGEST_TITLE))
    link = f'<a href="{escape(line.url)}">{title}</a>'
    head = f"<del>{link}</del>" if line.kind == "cancelled" else link
    words = [f"{escape(line.label)}: <strong>{head}</strong>"]
    words += [escape(cut(fact, LONGEST_DETAIL)) for fact in facts_of(line)]
    return f"<p>{'<br>'.join(words)}</p>"
