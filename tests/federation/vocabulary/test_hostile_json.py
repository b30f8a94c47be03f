"""Whatever JSON arrives at a parser, it is a value or Malformed, never another exception."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.translate.news import person_news, session_news
from federation.uris import PUBLIC
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.actor import ACTOR_TYPES, Actor, Card, Expertise, Key, parse_actor
from federation.vocabulary.collections import parse_page
from federation.vocabulary.event import EVENT_STATES, JOIN_MODES, Event, Organizer, Picture, parse_event
from federation.vocabulary.places import Place
from federation.vocabulary.values import Malformed, id_of, is_uri, moment, recipients, text

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
URIS = st.sampled_from(
    ["https://birch.example/1", "https://birch.example/company", "as:Public", "http://[::1", "x", ""]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), URIS,
    st.datetimes().map(lambda when: when.isoformat() + "Z"),
)  # fmt: skip
TERMS = st.sampled_from(
    [
        *("id", "type", "actor", "object", "attributedTo", "to", "cc", "name", "nameMap", "content", "tag"),
        *("summary", "startTime", "endTime", "location", "attachment", "image", "organizers", "items", "url"),
        *("inbox", "endpoints", "publicKey", "assertionMethod", "eventStatus", "joinMode", "href", "first"),
        *("orderedItems", "next", "totalItems", "company", "instance", "hue", "headline", "published"),
    ]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10) | TERMS, inner, max_size=5)
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(["Event", "Person", "Group", "Create", "OrderedCollection", "OrderedCollectionPage"])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(st.dictionaries(TERMS, ANYTHING, max_size=14))
    if draw(st.booleans()):
        found |= {"id": "https://birch.example/1", "actor": "https://birch.example/company"}
        found |= {"object": "https://birch.example/2", "inbox": "https://birch.example/inbox"}
        found |= {"name": "Birch", "startTime": "2026-04-01T10:00:00Z", "attributedTo": found["actor"]}
    return found | {"type": draw(st.one_of(KINDS, ANYTHING))}


@given(documents())
def test_every_document_is_a_value_or_malformed(document: dict[str, Any]) -> None:
    for parse in (parse_activity, parse_actor, parse_event, parse_page):
        try:
            value = parse(document)
        except Malformed:
            continue
        if isinstance(value, Event):
            session_news(value, NOW)
        if isinstance(value, Actor):
            person_news(value)


@given(documents())
def test_what_is_read_as_an_event_is_written_and_read_as_the_same(document: dict[str, Any]) -> None:
    try:
        event = parse_event(document | {"type": "Event"})
    except Malformed:
        return

    assert parse_event(event.as_json()) == event


LINES = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=40)
HTML = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=80)
ADDRESSES = st.integers(0, 10**9).map(lambda number: f"https://birch.example/{number}")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(microsecond=0, tzinfo=UTC)
)


@given(
    st.builds(
        Actor,
        id=ADDRESSES,
        type=st.sampled_from(ACTOR_TYPES),
        inbox=ADDRESSES,
        username=LINES,
        name=LINES,
        summary=HTML,
        url=ADDRESSES,
        outbox=ADDRESSES,
        shared_inbox=st.none() | ADDRESSES,
        upcoming=st.none() | ADDRESSES,
        is_discoverable=st.booleans(),
        approves_by_hand=st.booleans(),
        published=st.none() | MOMENTS,
        keys=st.lists(st.builds(Key, ADDRESSES, ADDRESSES, st.just("rsa"), st.just("PEM")), max_size=2).map(
            tuple
        ),
        card=st.none() | st.builds(Card, ADDRESSES, ADDRESSES, st.integers(0, 23), st.just("de")),
        expertise=st.none()
        | st.builds(
            Expertise, LINES, st.just(("de",)), st.lists(LINES, max_size=3).map(tuple), st.booleans()
        ),
    )
)
def test_an_actor_is_read_as_it_was_written(actor: Actor) -> None:
    assert parse_actor(actor.as_json()) == actor


@given(
    st.builds(
        Event,
        id=ADDRESSES,
        attributed_to=ADDRESSES,
        name=LINES,
        starts_at=MOMENTS,
        ends_at=st.none(),
        timezone=st.just("Europe/Berlin"),
        to=st.just((PUBLIC,)),
        content=HTML,
        language=st.just("de"),
        state=st.sampled_from(EVENT_STATES),
        place=st.none()
        | st.builds(Place, LINES, LINES)
        | st.builds(Place, LINES, url=ADDRESSES, is_virtual=st.just(True)),
        join_mode=st.sampled_from(JOIN_MODES),
        capacity=st.none() | st.integers(1, 1000),
        going=st.none() | st.integers(0, 1000),
        organizers=st.lists(st.builds(Organizer, ADDRESSES, LINES), max_size=2).map(tuple),
        picture=st.none() | st.builds(Picture, ADDRESSES, st.just("image/png"), LINES),
        updated=st.none() | MOMENTS,
    ).map(lambda event: replace(event, ends_at=event.starts_at + timedelta(hours=1)))
)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert parse_event(event.as_json()) == event


@pytest.mark.parametrize(
    "value", ["as:Public", "Public", PUBLIC, ["as:Public"], [{"id": PUBLIC}], ["as:Public", PUBLIC, 7, None]]
)
def test_every_spelling_of_the_public(value: object) -> None:
    assert recipients(value) == (PUBLIC,)


@pytest.mark.parametrize(
    "value",
    [
        *("javascript:alert(1)", "ftp://birch.example/1", "//birch.example/1", "https://birch.example/a b"),
        *(
            "https://birch.example/\n1",
            "https://birch.example/ü",
            "https://" + "a" * 500,
            "",
            None,
            7,
            {},
            [],
        ),
        *({"href": 1}, [["https://birch.example/1"]], True),
    ],
)
def test_what_is_no_address(value: object) -> None:
    assert not is_uri(value)
    with pytest.raises(Malformed):
        id_of(value, "object")


@pytest.mark.parametrize(
    "value", ["2026-04-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "now", 5, None]
)
def test_what_is_no_moment(value: object) -> None:
    assert moment(value) is None


def test_text_can_be_stored_in_every_database() -> None:
    assert text("a\x00b\ud800c\u202ed", 10) == "abcd"
    text("a\x00b\ud800c", 10).encode()


def test_too_much_of_anything_is_malformed() -> None:
    with pytest.raises(Malformed, match="can't be read"):
        recipients(["https://birch.example/1"] * 201)
