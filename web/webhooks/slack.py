"""A message to an incoming webhook of Slack: blocks, and a text for notifications.

Limits of Block Kit: 50 blocks, 3,000 characters in a section, 150 in a header. `&`, `<` and `>` are all that
has to be escaped (Slack, "Formatting text for app surfaces"): without `<`, nobody can mention a channel.
"""

from typing import Any

from web.webhooks.message import LONGEST_DETAIL, LONGEST_TITLE, Line, Message, cut, facts_of

MOST_BLOCKS = 50
LONGEST_SECTION = 3000


def payload(message: Message) -> dict[str, Any]:
    """The JSON that is posted."""
    blocks: list[dict[str, Any]] = [
        {"type": "context", "elements": [_plain(cut(message.heading, LONGEST_TITLE))]}
    ]
    for line in message.lines:
        blocks += [{"type": "divider"}, _thing(line, message.open_label)]
    if message.more:
        blocks.append({"type": "context", "elements": [_plain(message.more)]})
    return {
        "text": escaped(cut(message.spoken, LONGEST_DETAIL)),
        "blocks": blocks[:MOST_BLOCKS],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """Text that is read as it stands. Formatting by `*` and `_` stays possible, which harms nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _thing(line: Line, open_label: str) -> dict[str, Any]:
    # A link's text ends at "|" or ">"; both are kept out of it.
    title = escaped(cut(line.title, LONGEST_TITLE)).replace("|", "¦")
    head = f"*<{_address(line.url)}|{title}>*"
    words = [escaped(line.label), head, *(escaped(cut(fact, LONGEST_DETAIL)) for fact in facts_of(line))]
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "\n".join(words)[:LONGEST_SECTION], "verbatim": True},
        "accessory": {"type": "button", "text": _plain(cut(open_label, 75)), "url": line.url},
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _address(url: str) -> str:
    return escaped(url).replace("|", "%7C")
