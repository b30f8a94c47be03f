"""A message to a workflow of Teams: an Adaptive Card 1.5 in the envelope that its trigger expects.

"Post to a channel when a webhook request is received" takes
`{"type": "message", "attachments": [{"contentType": ..., "content": card}]}` (Microsoft Learn, "Create
incoming webhooks with Workflows"). Words of people stand in text runs: unlike text blocks these know no
Markdown (adaptivecards.io, RichTextBlock), so nobody can smuggle in a link or a mention.
"""

from typing import Any

import orjson

from web.webhooks.message import LONGEST_DETAIL, LONGEST_TITLE, Line, Message, cut, facts_of

CARD = "application/vnd.microsoft.card.adaptive"
# Teams refuses messages of more than about 28 KB ("Known issues and limitations" of the Teams connector).
MOST_BYTES = 28_000
_LENGTHS = (LONGEST_DETAIL, 120, 40)


def payload(message: Message) -> dict[str, Any]:
    """The JSON that is posted; where people wrote a lot, all of it is shortened until it fits."""
    made: dict[str, Any] = {}
    for most in _LENGTHS:
        content = {"contentType": CARD, "contentUrl": None, "content": card(message, most)}
        made = {"type": "message", "summary": cut(message.spoken, most), "attachments": [content]}
        if len(orjson.dumps(made)) < MOST_BYTES:
            break
    return made


def card(message: Message, most: int = LONGEST_DETAIL) -> dict[str, Any]:
    """The Adaptive Card alone; no text is longer than `most` characters."""
    made: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": message.language,
        # Older programs read Markdown here, so it holds nothing that people wrote.
        "fallbackText": f"{cut(message.heading, most)}: {message.origin}",
        "body": [_heading(message.heading), *(_thing(line, most) for line in message.lines)],
    }
    if message.more:
        made["body"].append(_words(_run(message.more, isSubtle=True), spacing="Medium"))
    if len(message.lines) == 1:
        made["actions"] = [_button(message.open_label, message.lines[0].url)]
    else:
        made["actions"] = [_button(message.open_label, message.origin)]
    return made


def _heading(text: str) -> dict[str, Any]:
    return _words(_run(cut(text, LONGEST_TITLE), weight="Bolder", size="Small", isSubtle=True))


def _thing(line: Line, most: int) -> dict[str, Any]:
    title = cut(line.title, min(most, LONGEST_TITLE))
    title_run = _run(
        title,
        weight="Bolder",
        size="Medium",
        strikethrough=line.kind == "cancelled",
        selectAction={"type": "Action.OpenUrl", "title": title, "url": line.url},
    )
    items = [_words(_run(line.label, size="Small", isSubtle=True)), _words(title_run, spacing="None")]
    items += [_words(_run(cut(fact, most)), spacing="Small") for fact in facts_of(line)]
    return {"type": "Container", "spacing": "Medium", "separator": True, "items": items}


def _words(*runs: dict[str, Any], spacing: str = "Default") -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": list(runs)}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **{name: value for name, value in style.items() if value}}


def _button(label: str, url: str) -> dict[str, Any]:
    return {"type": "Action.OpenUrl", "title": label, "url": url}
