"""How often something takes place, as people type it."""

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid
from alliance.natural_rhythm import read_rhythm
from alliance.recurrence import rule_of

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
"""A Monday morning."""
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> tuple[str, str] | None:
    found = read_rhythm(text, NOW, BERLIN)
    return (rule_of(found[0]), found[1]) if found else None


@pytest.mark.parametrize(
    ("text", "rule", "rest"),
    [
        ("every first Monday 16:00", "FREQ=MONTHLY;BYDAY=1MO", "2026-04-06 16:00"),
        ("jeden ersten Montag 16 Uhr", "FREQ=MONTHLY;BYDAY=1MO", "2026-04-06 16 uhr"),
        ("Jeden zweiten Dienstag im Monat, 16:00", "FREQ=MONTHLY;BYDAY=2TU", "2026-04-14 , 16:00"),
        ("every second tuesday of the month 4pm, 45 min", "FREQ=MONTHLY;BYDAY=2TU", "2026-04-14 4pm, 45 min"),
        ("every last Friday 9:30", "FREQ=MONTHLY;BYDAY=-1FR", "2026-03-27 9:30"),
        ("every Thursday 9:30-10", "FREQ=WEEKLY;BYDAY=TH", "2026-03-19 9:30-10"),
        ("jeden Do 9:30", "FREQ=WEEKLY;BYDAY=TH", "2026-03-19 9:30"),
        ("every monday 16:00", "FREQ=WEEKLY;BYDAY=MO", "2026-03-16 16:00"),
        ("every other Wednesday noon", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-03-18 noon"),
        ("alle zwei Wochen am Mittwoch 12:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-03-18 12:00"),
        ("every 3 weeks on Fri 15:00", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", "2026-03-20 15:00"),
    ],
)
def test_rhythms_are_understood(text: str, rule: str, rest: str) -> None:
    assert read(text) == (rule, rest)


@pytest.mark.parametrize(
    "text", ["Do 16:00", "tomorrow 4pm", "every", "jeden Tag 9:00", "", "everybody 9:00"]
)
def test_what_is_no_rhythm_is_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["every second Tuesday 16:00", "jeden zweiten Dienstag 16:00"])
def test_what_can_mean_two_things_is_asked(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


@given(st.text(max_size=300) | st.from_regex(r"(every|jeden|alle) [a-z0-9. ]{0,40}", fullmatch=True))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    with contextlib.suppress(Invalid):
        read(text)
