"""A session as an Event: golden files, and each rule that other servers have taught us."""

import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from alliance.text import sanitise
from federation.translate.news import session_news
from federation.translate.session_event import event_of
from federation.uris import PUBLIC
from federation.vocabulary.contexts import EVENT_CONTEXT, with_context
from federation.vocabulary.event import parse_event
from tests.federation.documents.written_sessions import KINDS, URIS, written_session

GOLDEN = Path(__file__).parent / "golden"


def document(kind: str) -> dict[str, Any]:
    return with_context(EVENT_CONTEXT, event_of(written_session(kind), URIS).as_json())


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_written_as_in_its_golden_file(kind: str) -> None:
    golden = json.loads((GOLDEN / f"event_{kind}.json").read_text(encoding="utf-8"))

    assert document(kind) == golden


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_that_was_written_is_read_as_the_same(kind: str) -> None:
    event = event_of(written_session(kind), URIS)

    assert parse_event(event.as_json()) == event


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_arrives_at_an_ally_as_it_left(kind: str) -> None:
    session = written_session(kind)

    news = session_news(parse_event(event_of(session, URIS).as_json()), datetime.now(UTC))

    same = (
        *("language", "starts_at", "ends_at", "timezone", "previous_starts_at", "place", "place_name"),
        *("place_address", "capacity", "going_count", "waiting_count", "join_mode", "status"),
        *("status_note", "sequence", "audience", "updated_at", "published_at"),
    )
    assert {name: getattr(news, name) for name in same} == {name: getattr(session, name) for name in same}
    assert sanitise(news.description_html) == sanitise(session.description_html)
    assert news.host_uri == (URIS.person(42) if session.host_shown else None)


@pytest.mark.parametrize("kind", KINDS)
def test_rules_that_hold_for_every_event(kind: str) -> None:
    event = document(kind)

    assert isinstance(event["to"], list)
    assert isinstance(event["cc"], list)
    # Mobilizon 5.1 crashes over an array, and drops the time zone of a location without id.
    assert isinstance(event["location"], dict)
    assert event["location"]["id"] == f"{event['id']}#location"
    # Missing means "free" to Mobilizon, and a list of categories becomes MEETING.
    assert event["joinMode"] in ("free", "restricted", "external", "none")
    assert event["category"] == "LEARNING"
    # Gancio throws over an attachment without mediaType.
    assert all("mediaType" in attachment for attachment in event["attachment"])
    assert event.get("image", {}) is not None
    assert "organizers" in event
    assert event["updated"] >= event["published"]
    assert "<" not in event["name"]
    assert next(iter(event["nameMap"].items())) == (event["inLanguage"], event["name"])
    assert not any("<" in name for name in event["nameMap"].values())
    headline = f"<p><strong>{escape(event['name'])}</strong></p>"
    assert event["content"].startswith(headline + event["summary"])
    assert {"@context", "id", "type", "uuid", "timezone", "startTime", "endTime"} <= set(event)


def test_only_a_public_event_names_the_public_and_names_it_in_to() -> None:
    assert PUBLIC in document("online")["to"]
    assert document("alliance_only")["to"] == [URIS.partners]
    assert document("alliance_only")["cc"] == []


def test_where_the_host_wants_no_name_there_is_none() -> None:
    text = json.dumps(document("no_named_host"), ensure_ascii=False)

    assert document("no_named_host")["organizers"] is None
    assert "Dana" not in text
    assert URIS.person(42) not in text


def test_the_summary_says_everything_that_a_timeline_needs() -> None:
    summary = document("online")["summary"]

    assert "Thu 10 Sep 2026, 16:00–17:00 Europe/Zurich (14:00–15:00 UTC)" in summary
    assert "Host: Dana Roe, Nordlicht &amp; Söhne" in summary
    assert "Online" in summary
    assert f'<a href="{URIS.session(977)}">' in summary


def test_a_german_session_speaks_german() -> None:
    summary = document("german_overnight")["summary"]

    assert "Do. 10. Sept. 2026, 16:00 – Fr. 11. Sept. 2026, 01:30 Europe/Zurich" in summary
    assert "Mit: Dana Roe" in summary
    assert "Vor Ort: Werkstatt" in summary


def test_a_note_of_the_host_can_not_carry_markup() -> None:
    session = written_session("cancelled")
    session.status_note = "<script>alert(1)</script>"

    assert "<script>" not in json.dumps(event_of(session, URIS).as_json()["content"])


ACTIVITYSTREAMS_TERMS = {
    *("id", "type", "url", "attributedTo", "actor", "to", "cc", "name", "nameMap", "summary", "content"),
    *(
        "contentMap",
        "summaryMap",
        "mediaType",
        "startTime",
        "endTime",
        "location",
        "attachment",
        "image",
        "tag",
        "href",
    ),
    *("published", "updated", "width", "height", "totalItems", "items", "Event", "Place", "Hashtag", "Link"),
    *("Image", "Collection", "Person", "replies"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_is_one_of_activitystreams_or_defined_inline(kind: str) -> None:
    """A reader that expands JSON-LD drops what has no definition."""
    whole = document(kind)
    defined = {term for part in whole.pop("@context") if isinstance(part, dict) for term in part}

    assert terms_of(whole) - ACTIVITYSTREAMS_TERMS - defined == set()


def terms_of(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(terms_of, value))
    if not isinstance(value, dict):
        return set()
    inner = (entry for name, entry in value.items() if not name.endswith("Map"))
    kinds = {value["type"]} if "type" in value else set()
    return set(value) | kinds | set().union(*map(terms_of, inner))


@pytest.mark.parametrize("kind", KINDS)
def test_the_meeting_link_is_not_in_an_event(kind: str) -> None:
    assert "sealed" not in json.dumps(document(kind))
    assert "meeting" not in json.dumps(document(kind)).lower()
