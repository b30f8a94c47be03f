"""Whatever is done to a real server's Event, it is read within bounds or it is Malformed."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.translate.external_event import embedded_event, external_news
from federation.translate.news import session_news
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Malformed

ACTIVITIES = Path(__file__).parents[2] / "activities"
SAMPLES = {
    f"{path.parent.name}/{path.stem}": json.loads(path.read_text("utf-8"))
    for path in sorted(ACTIVITIES.rglob("*.json"))
    if "event" in path.name
}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=30),
    st.sampled_from([
        "", "as:Public", "2026-04-01", "2026-04-01T10:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "https://[::1", "http://a/\n", "Europe/Berlin", "Event", "<b>", "\x00", "\ud800", "x" * 5000, "&#0;",
    ]),
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, as the way to it."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


@st.composite
def mutated(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A sample with up to four things replaced, taken away, put into an array, repeated or taken out."""
    document: dict[str, Any] = copy.deepcopy(SAMPLES[name])
    for _ in range(draw(st.integers(1, 4))):
        ways = places(document)
        if not ways:
            break
        *way, last = draw(st.sampled_from(ways))
        holder: Any = document
        for key in way:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "remove", "wrap", "repeat", "unwrap"])):
            case "replace":
                holder[last] = draw(ANYTHING)
            case "remove":
                del holder[last]
            case "wrap":
                holder[last] = [holder[last]]
            case "repeat":
                holder[last] = [holder[last]] * draw(st.sampled_from([2, 200, 201]))
            case _:
                inner = holder[last]
                holder[last] = inner[0] if isinstance(inner, list) and inner else {"id": inner}
    return document


def read(document: dict[str, Any]) -> Event:
    if document.get("type") == "Create":
        return embedded_event(parse_activity(document))
    return parse_event(document)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mutated_event_is_bounded_or_malformed(name: str) -> None:
    @given(mutated(name))
    def holds(document: dict[str, Any]) -> None:
        try:
            found = read(document)
            news = external_news(found, NOW)
        except Malformed:
            return
        assert 0 < len(news.title) <= 200
        assert len(found.content) <= 50_000
        assert timedelta() < found.ends_at - found.starts_at <= timedelta(days=366)
        assert found.starts_at.tzinfo is not None
        assert len(found.topics) <= 20
        assert len(news.place_name) <= 200
        assert len(news.place_address) <= 500
        assert len(found.id) <= 500
        session_news(found, NOW)
        # No NUL, no lone surrogate: a database would refuse it.
        said = f"{news.title}{news.description_html}{news.place_name}{found.content}{found.topics!s}"
        assert "\x00" not in said
        said.encode()
        assert parse_event(found.as_json()) == found

    holds()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_are_read(name: str) -> None:
    assert external_news(read(SAMPLES[name]), NOW).title
