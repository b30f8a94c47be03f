"""What each service is sent, to the byte; nobody's words become a link, a mention or markup there."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.webhooks import discord, generic, matrix, slack, teams
from web.webhooks.message import Line, Message

GOLDEN = Path(__file__).parent / "golden"
SERVICES = {
    "teams": teams.payload,
    "slack": slack.payload,
    "discord": discord.payload,
    "matrix": matrix.payload,
    "generic": generic.payload,
}
START = datetime(2026, 9, 10, 14, 0, tzinfo=UTC)
LINE = Line(
    kind="session",
    label="Neue Session",
    title="Linsen <polieren> & prüfen",
    url="https://nordlicht.example/sessions/7",
    id="https://nordlicht.example/sessions/7",
    when="Donnerstag, 10. September, 16:00–17:00 (Berlin)",
    who="Ada Petersen, Nordlicht Optik",
    at=datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
    starts_at=START,
    ends_at=START.replace(hour=15),
    timezone="Europe/Berlin",
    company="Nordlicht Optik",
    language="de",
    audience="public",
    topics=("Optik",),
)
OFF = replace(LINE, kind="cancelled", label="Abgesagt", title="Glas schleifen", detail="Ich bin krank.")
MESSAGE = Message(
    name="msg_1_2",
    heading="Neu bei Nordlicht Optik",
    lines=(LINE, OFF),
    more="und 3 weitere",
    open_label="Öffnen",
    company="Nordlicht Optik",
    origin="https://nordlicht.example",
    language="de",
    sent_at=datetime(2026, 9, 1, 8, 1, tzinfo=UTC),
    spoken="Neue Session: Linsen <polieren> & prüfen, und 4 weitere",
)
HOSTILE = (
    "<!channel> @everyone <@U123> [hier](https://evil.example) **fett** <script>x()</script> "
    "<at>alle</at> ![x](https://evil.example/p.png) `*_~|>#"
)


@pytest.mark.parametrize("service", SERVICES)
def test_a_message_looks_like_this(service: str) -> None:
    """Written with the rules of each service beside; after a change here, look at it in the service."""
    made = SERVICES[service](MESSAGE)

    assert made == json.loads((GOLDEN / f"{service}.json").read_text(encoding="utf-8"))


# A few kinds of characters are enough, and many of them: what is long is made by repeating.
_TEXTS = st.builds(lambda some, times: some * times, st.text(max_size=12), st.integers(1, 400))


# microsoft/AdaptiveCards, schemas/1.5.0/adaptive-card.json: what these elements may have, where nothing else
# is allowed (`additionalProperties: false`), and the words that may stand there. Microsoft's own parser
# (npm adaptivecards 3.0.6, Versions.v1_5) had nothing to say about the card in `golden/teams.json`.
_ELEMENT = {"type", "spacing", "separator"}
_ALLOWED = {
    "AdaptiveCard": {"type", "version", "$schema", "lang", "fallbackText", "body", "actions"},
    "Container": _ELEMENT | {"items"},
    "RichTextBlock": _ELEMENT | {"inlines"},
    "TextRun": {"type", "text", "weight", "size", "isSubtle", "strikethrough", "selectAction"},
    "Action.OpenUrl": {"type", "title", "url"},
}
_WORDS = {
    "spacing": {"Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"},
    "size": {"Default", "Small", "Medium", "Large", "ExtraLarge"},
    "weight": {"Default", "Lighter", "Bolder"},
}


def test_the_card_is_one_of_version_1_5() -> None:
    card = teams.payload(MESSAGE)["attachments"][0]["content"]

    for part in _parts(card):
        assert set(part) <= _ALLOWED[part["type"]]
        assert all(part[name] in words for name, words in _WORDS.items() if name in part)
    assert (card["version"], len(card["actions"]) <= 6) == ("1.5", True)


def worst(text: str, count: int = 10) -> Message:
    line = replace(LINE, title=text, who=text, when=text, detail=text)
    return replace(MESSAGE, lines=(line,) * count, heading=text, spoken=text)


@given(_TEXTS, st.integers(1, 10))
def test_teams_takes_it_whatever_somebody_wrote(text: str, count: int) -> None:
    """Known issues of the Teams connector: about 28 KB; only text runs, which know no Markdown."""
    made = teams.payload(worst(text, count))

    assert len(orjson.dumps(made)) < 28_000
    assert "TextBlock" not in {one["type"] for one in _parts(made["attachments"][0]["content"])}


@given(_TEXTS, st.integers(1, 10))
def test_slack_takes_it_whatever_somebody_wrote(text: str, count: int) -> None:
    """docs.slack.dev, blocks: 50 of them, 3,000 characters in a section, 75 on a button."""
    made = slack.payload(worst(text, count))

    assert len(made["blocks"]) <= 50
    for block in made["blocks"]:
        if block["type"] == "section":
            assert len(block["text"]["text"]) <= 3000
            assert len(block["accessory"]["text"]["text"]) <= 75


@given(_TEXTS, st.integers(1, 10))
def test_discord_takes_it_whatever_somebody_wrote(text: str, count: int) -> None:
    """docs.discord.com, embed limits: 256 in a title, 4,096 in a description, 6,000 in all, 2,000 beside."""
    made = discord.payload(worst(text, count))

    embeds = made["embeds"]
    total = sum(len(one["title"]) + len(one["description"]) + len(one["footer"]["text"]) for one in embeds)
    assert (len(embeds) <= 10, total <= 6000, len(made["content"]) <= 2000) == (True, True, True)
    assert all(len(one["title"]) <= 256 for one in embeds)
    assert made["allowed_mentions"] == {"parse": []}


def test_nobody_is_called_and_nothing_leads_elsewhere() -> None:
    message = worst(HOSTILE, 1)

    blocks = slack.payload(message)["blocks"]
    in_slack = "".join(one["text"]["text"] for one in blocks if one["type"] == "section")
    in_matrix = matrix.payload(message)["formatted_body"]
    in_discord = discord.payload(message)["embeds"][0]
    assert ("<!channel" in in_slack, "<@U" in in_slack, "<https://evil" in in_slack) == (False, False, False)
    assert ("<script" in in_matrix, 'href="https://evil' in in_matrix) == (False, False)
    assert "](" not in in_discord["title"] + in_discord["description"]
    assert matrix.payload(message)["m.mentions"] == {}


def test_signatures_are_those_of_the_specification() -> None:
    """The example in the tests of standard-webhooks/standard-webhooks (`test_sign_function`)."""
    made = generic.signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )

    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert made["webhook-timestamp"] == "1614265330"


def _parts(part: Any) -> list[dict[str, Any]]:
    """Every element of a card, the card first."""
    if isinstance(part, dict):
        return [part, *(found for one in part.values() for found in _parts(one))]
    return [found for one in part for found in _parts(one)] if isinstance(part, list) else []
