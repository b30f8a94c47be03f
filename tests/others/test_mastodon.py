"""What Mastodon makes of our Event, read by its rules in our words.

Sources: mastodon/mastodon, app/lib/activitypub/activity.rb (the types that are converted),
app/lib/activitypub/parser/status_parser.rb (4.5.0 and 4.7.2: text of converted types, language, visibility),
app/lib/activitypub/activity/create.rb (hashtags; attachments without `url` are passed over).
"""

from dataclasses import dataclass
from html import escape
from typing import Any

import pytest

from federation.uris import PUBLIC
from tests.federation.documents.written_sessions import KINDS, TRANSLATIONS
from tests.others.documents import event_document, visible_text

CONVERTED = ("Image", "Audio", "Video", "Article", "Page", "Event")


@dataclass(frozen=True)
class Status:
    """A post in a timeline."""

    html: str
    language: str | None
    visibility: str
    tags: list[str]
    pictures: list[str]


def read(event: dict[str, Any]) -> Status:
    """A converted object is its title as a heading, its summary and a link; its content is not looked at."""
    assert event["type"] in CONVERTED
    address = event.get("url") or event["id"]
    # The title goes in as it is; nothing escapes it.
    parts = [f"<h2>{event['name']}</h2>", event.get("summary"), f'<a href="{address}">{address}</a>']
    named = next(event[name] for name in ("contentMap", "nameMap", "summaryMap") if event.get(name))
    everybody, others = PUBLIC in event["to"], PUBLIC in event["cc"]
    return Status(
        html="\n\n".join(part for part in parts if part),
        language=next(iter(named)),
        visibility="public" if everybody else "unlisted" if others else "direct",
        tags=[tag["name"].lstrip("#").lower() for tag in event["tag"] if tag["type"] == "Hashtag"],
        pictures=[one["url"] for one in event["attachment"] if one.get("url")],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_sees_title_day_host_and_way_in(kind: str) -> None:
    event = event_document(kind)

    lines = visible_text(read(event).html).split("\n")

    assert lines[0] == event["name"]
    assert [line for line in lines if line.startswith("🗓️")]
    assert [line for line in lines if line.startswith("👤") and "Nordlicht & Söhne" in line]
    assert [line for line in lines if line.startswith("🎟️")]
    assert lines[-1] == "https://nordlicht.example/sessions/977"


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_can_be_put_into_html_without_escaping(kind: str) -> None:
    event = event_document(kind)

    assert escape(event["name"], quote=False) == event["name"].replace("&", "&amp;")
    assert visible_text(f"<h2>{event['name']}</h2>") == event["name"]


def test_what_has_happened_to_a_session_stands_above_its_date() -> None:
    def first_line(kind: str) -> str:
        return visible_text(event_document(kind)["summary"]).split("\n")[0]

    assert first_line("cancelled") == "❌ Cancelled: Dana is ill."
    assert first_line("postponed").startswith("⏸️")
    assert first_line("rescheduled").startswith("🔁")
    assert first_line("online").startswith("🗓️")


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_language_is_the_one_it_was_written_in(kind: str) -> None:
    status = read(event_document(kind))

    assert status.language == KINDS[kind].get("language", "en")
    assert len(event_document(kind)["contentMap"]) == 1 + len(TRANSLATIONS.get(kind, ()))


def test_only_public_sessions_are_for_everybody() -> None:
    assert read(event_document("online")).visibility == "public"
    assert read(event_document("alliance_only")).visibility == "direct"


def test_topics_are_hashtags_and_the_banner_is_a_picture() -> None:
    status = read(event_document("with_picture"))

    assert status.tags == ["security", "threatmodelling"]
    assert status.pictures == ["https://nordlicht.example/media/a1b2.png"]
    assert read(event_document("hybrid")).pictures == []
