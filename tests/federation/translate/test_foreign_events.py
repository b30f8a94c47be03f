"""Events in the shapes of Mobilizon, Gancio, WordPress, Friendica, gathio and Pavillion are read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from federation.translate.news import session_news
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.event import CANCELLED, POSTPONED, Event, parse_event

ACTIVITIES = Path(__file__).parents[2] / "activities"
FILES = sorted(path for path in ACTIVITIES.rglob("*.json") if "event" in path.name)


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ACTIVITIES / name).read_text(encoding="utf-8"))
    return document


def event(name: str) -> Event:
    document = read(name)
    return parse_event(document["object"] if document["type"] == "Create" else document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_was_read_survives_being_written(path: Path) -> None:
    once = event(str(path.relative_to(ACTIVITIES)))

    assert parse_event(once.as_json()) == once


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_everybodys_events_can_be_taken_in(path: Path) -> None:
    news = session_news(event(str(path.relative_to(ACTIVITIES))), datetime(2026, 3, 1, tzinfo=UTC))

    assert news.title
    assert news.ends_at is not None
    assert news.ends_at > news.starts_at
    assert news.audience == "public"


def test_mobilizon() -> None:
    found = event("mobilizon/create-event.json")

    assert found.attributed_to == "https://treffen.example/@stadtbibliothek"
    assert found.place is not None
    assert found.place.address == "Am Wall 1, 28195, Bremen, HB, Germany"
    assert (found.capacity, found.going, found.timezone) == (None, 4, "Europe/Berlin")
    assert found.picture is not None
    assert found.topics == (("Weaving", "https://treffen.example/tags/weaving"),)


def test_mobilizon_asks_for_a_place() -> None:
    join = parse_activity(read("mobilizon/join.json"))

    assert (join.type, join.object, join.embedded) == ("Join", "https://nordlicht.example/sessions/977", None)


def test_gancio() -> None:
    lab, film = event("gancio/create-event.json"), event("gancio/event-with-place.json")

    # Without an end, an hour; a relative address of a tag is none.
    assert (lab.ends_at - lab.starts_at).total_seconds() == 3600
    assert lab.topics == (("lab", None),)
    assert lab.place is not None
    assert lab.place.name == "Hackspace"
    assert film.is_public
    assert film.picture is not None
    assert film.picture.alt == "A reel of film"


def test_wordpress() -> None:
    found = event("wordpress/create-event.json")
    news = session_news(found, datetime(2026, 3, 1, tzinfo=UTC))

    assert found.state == CANCELLED
    assert found.join_mode == "external"
    # "+00:00" is no name of a zone.
    assert news.timezone == "UTC"
    assert news.language == "en"


def test_friendica() -> None:
    found = event("friendica/event.json")

    assert found.name == "Sommerfest der Lernenden"
    assert found.language == "de"
    assert found.url == "https://leute.example/display/8f1a"
    assert found.place is not None
    assert found.place.name == "Stadtpark"
    assert (found.ends_at - found.starts_at).total_seconds() == 3600


def test_gathio() -> None:
    found = event("gathio/event.json")

    assert found.place is not None
    assert found.place.name == "Kitchen, second floor"
    assert found.is_public


def test_pavillion() -> None:
    found = event("pavillion/event.json")

    assert found.name == "Night of the open labs"
    assert found.state == POSTPONED
    assert found.place is not None
    assert (found.place.name, found.place.address, found.place.is_virtual) == ("Lab 2", "Ring 5, Graz", False)
    assert [(one.id, one.name) for one in found.organizers] == [
        ("https://kalender.example/people/1", ""),
        ("https://kalender.example/people/2", "Ida"),
    ]
    assert found.topics == (("Labor", None),)
