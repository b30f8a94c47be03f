"""What other servers write where: each shape with the file of its project that writes it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from federation.translate.external_event import embedded_event, external_news, plain_title
from federation.uris import PUBLIC
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.event import CANCELLED, TENTATIVE, Event, parse_event
from federation.vocabulary.values import Malformed

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "https://treffen.example"


def event(**changes: Any) -> Event:
    """An Event with nothing but what it must have, and `changes`; None takes a property away."""
    body = {
        "type": "Event",
        "id": f"{HOST}/events/1",
        "attributedTo": f"{HOST}/@library",
        "to": PUBLIC,
        "name": "Bindings",
        "startTime": "2026-04-01T18:00:00+02:00",
        **changes,
    }
    return parse_event({name: value for name, value in body.items() if value is not None})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        # Mobilizon 5.1, converter/event.ex: shifted into the event's zone.
        ("2026-04-01T18:00:00+02:00", "Europe/Berlin", "2026-04-01T16:00:00Z"),
        # WordPress Event Bridge 1.x, transformer/event/class-event.php: UTC, `timezone` "+00:00".
        ("2026-04-01T18:00:00Z", "+00:00", "2026-04-01T18:00:00Z"),
        # Friendica 2024.12, Transmitter::createEvent: UTC with "+00:00".
        ("2026-04-01T18:00:00+00:00", None, "2026-04-01T18:00:00Z"),
        # Local time: in the zone that is named, before and after the clocks change.
        ("2026-01-15T18:00:00", "Europe/Berlin", "2026-01-15T17:00:00Z"),
        ("2026-07-15T18:00:00", "Europe/Berlin", "2026-07-15T16:00:00Z"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-07-15T18:00:00", "America/New_York", "2026-07-15T22:00:00Z"),
        ("2026-07-15T18:00:00", "Nowhere/Town", "2026-07-15T18:00:00Z"),
        ("2026-07-15T18:00:00", 7, "2026-07-15T18:00:00Z"),
        ("2026-07-15T18:00:00.123+0200", None, "2026-07-15T16:00:00.123Z"),
        # A date alone begins at midnight there.
        ("2026-07-15", "Europe/Berlin", "2026-07-14T22:00:00Z"),
        ("2026-07-15", None, "2026-07-15T00:00:00Z"),
    ],
)
def test_times(start: str, zone: object, expected: str) -> None:
    assert event(startTime=start, timezone=zone).starts_at == utc(expected)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        # Gancio 1.2x and Friendica leave the end out: an hour.
        ("2026-04-01T18:00:00Z", None, 1),
        ("2026-04-01T18:00:00Z", "2026-04-01T17:00:00Z", 1),
        ("2026-04-01T18:00:00Z", "2026-04-01T18:00:00Z", 1),
        ("2026-04-01T18:00:00Z", "2036-04-01T18:00:00Z", 1),
        ("2026-04-01T18:00:00Z", 7200, 1),
        ("2026-04-01T18:00:00Z", "2026-04-01T20:30:00Z", 2.5),
        ("2026-04-01", None, 24),
        ("2026-04-01", "2026-04-02", 48),
    ],
)
def test_ends(start: str, end: object, hours: float) -> None:
    found = event(startTime=start, endTime=end)

    assert found.ends_at - found.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    "start", [None, "", "tomorrow", 1775066400, ["2026-04-01T18:00:00Z"], {}, "2026-13-40"]
)
def test_without_a_start_it_is_no_event(start: object) -> None:
    with pytest.raises(Malformed):
        event(startTime=start)


@pytest.mark.parametrize(
    "public", ["as:Public", "Public", PUBLIC, ["as:Public"], [{"id": PUBLIC}], {"id": PUBLIC}]
)
@pytest.mark.parametrize("where", ["to", "cc"])
def test_public_in_every_spelling(where: str, public: object) -> None:
    assert event(**{"to": None, where: public}).is_public


@pytest.mark.parametrize(
    ("location", "name", "address"),
    [
        # gathio 1.5, src/activitypub.ts: what somebody typed, or null.
        ("Kitchen, second floor", "Kitchen, second floor", ""),
        # Mobilizon 5.1, converter/address.ex: a PostalAddress with nulls in it.
        (
            {
                "type": "Place",
                "name": "Library",
                "address": {"type": "PostalAddress", "streetAddress": "Am Wall 1", "addressLocality": None},
                "latitude": 53.07,
            },
            "Library",
            "Am Wall 1",
        ),
        # Gancio 1.22: the address is text.
        (
            {"id": f"{HOST}/federation/p/3", "type": "Place", "name": "Lab", "address": "Ring 5"},
            "Lab",
            "Ring 5",
        ),
        # FEP-8a8e allows several; a room counts for more than a link.
        (
            [
                {"type": "VirtualLocation", "url": "https://meet.example/x"},
                {"type": "Place", "name": "Lab", "address": "Ring 5"},
            ],
            "Lab",
            "Ring 5",
        ),
        ([None, 7, "", {"type": "Place"}, "Hall"], "Hall", ""),
    ],
)
def test_locations(location: object, name: str, address: str) -> None:
    news = external_news(event(location=location), NOW)

    assert (news.place, news.place_name, news.place_address) == ("on_site", name, address)


@pytest.mark.parametrize("location", [None, [], {}, "", 7, [[]], {"type": "Place", "name": None}])
def test_whoever_says_nothing_about_the_place_does_not_say_online(location: object) -> None:
    assert external_news(event(location=location), NOW).place == "on_site"
    assert external_news(event(location=location, isOnline=True), NOW).place == "online"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "CANCELLED"}, CANCELLED),
        ({"ical:status": "CANCELLED"}, CANCELLED),
        ({"status": "TENTATIVE"}, TENTATIVE),
        ({"eventStatus": "https://schema.org/EventCancelled"}, CANCELLED),
        ({"eventStatus": "EventCancelled", "status": "CONFIRMED"}, CANCELLED),
    ],
)
def test_states(changes: dict[str, Any], state: str) -> None:
    assert event(**changes).state == state


@pytest.mark.parametrize(
    ("name", "title"),
    [
        # WordPress 6 texturises titles before the plugin reads them (get_the_title).
        ("Paper &#8211; folded &amp; cut", "Paper – folded & cut"),
        ("<b>Paper</b> night", "Paper night"),
        ("<img src=x onerror=alert(1)>Paper", "Paper"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("C<D", "C<D"),
        ("Q&A", "Q&A"),
        (["Paper", "Papier"], "Paper"),
    ],
)
def test_names(name: object, title: str) -> None:
    assert external_news(event(name=name), NOW).title == title


def test_only_the_map_has_a_name() -> None:
    assert event(name=None, nameMap={"de": "Papier"}).name == "Papier"


@pytest.mark.parametrize(
    "name", [None, "", " \n", "\u200b", 7, [], {}, {"@value": "Paper"}, "<b></b>", "&nbsp;"]
)
def test_without_a_name_it_is_no_event(name: object) -> None:
    with pytest.raises(Malformed):
        external_news(event(name=name), NOW)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (f"{HOST}/@library", f"{HOST}/@library"),
        ([f"{HOST}/@library", f"{HOST}/@eva"], f"{HOST}/@library"),
        ({"type": "Group", "id": f"{HOST}/@library"}, f"{HOST}/@library"),
        ([{"type": "Person", "id": f"{HOST}/@eva"}], f"{HOST}/@eva"),
    ],
)
def test_authors(author: object, expected: str) -> None:
    assert event(attributedTo=author).attributed_to == expected


def test_gathio_says_author_and_audience_in_the_activity_alone() -> None:
    """gathio 1.5, src/activitypub.ts: createActivityPubEvent, broadcastCreateMessage."""
    body = {"type": "Event", "id": f"{HOST}/5f3", "name": "Soup", "startTime": "2026-04-01T18:00:00+02:00"}
    create = {
        "type": "Create", "id": f"{HOST}/m/1", "actor": f"{HOST}/abc", "cc": PUBLIC,
        "to": ["https://leute.example/me"], "object": {**body, "location": None, "content": "<p>Soup</p>"},
    }  # fmt: skip

    found = embedded_event(parse_activity(create))

    assert (found.attributed_to, found.is_public) == (f"{HOST}/abc", True)


def test_pavillion_describes_in_the_summary() -> None:
    """Pavillion, src/server/activitypub/model/object/event.ts: content is left out without a description."""
    news = external_news(event(summary="A night of soup", content=None), NOW)

    assert news.description_html == "A night of soup"


def test_pavillions_older_content_is_an_object() -> None:
    assert event(content={"en": {"name": "Soup", "description": "x"}}).content == ""


@pytest.mark.parametrize("field", ["tag", "attachment", "to", "cc", "location", "attributedTo"])
def test_an_endless_list_is_malformed(field: str) -> None:
    with pytest.raises(Malformed):
        event(**{field: [f"{HOST}/{number}" for number in range(201)]})


def test_what_is_huge_is_cut() -> None:
    found = event(name="x" * 10**6, content="y" * 10**6, summary="z" * 10**6, timezone="t" * 10**5)

    assert (len(found.name), len(found.content), len(found.summary)) == (200, 50_000, 50_000)
    assert len(found.timezone) == 64


def test_an_unknown_language_is_left_to_the_source() -> None:
    assert external_news(event(), NOW).language == ""
    assert external_news(event(inLanguage="fr"), NOW).language == "fr"


def test_plain_titles_stay_as_they_are() -> None:
    assert plain_title("Umlaute & Ligaturen") == "Umlaute & Ligaturen"
