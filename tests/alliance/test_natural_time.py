"""People type when a session is as they would say it, in German and English."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid
from alliance.natural_time import Timing, timing, understand, written
from alliance.time_words import WEEKDAYS

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday, ten in the morning in Berlin.
NOW = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)


def read(text: str) -> str:
    """What was understood, as `2026-09-10 16:00 +60`."""
    found = understand(text, now=NOW, zone=BERLIN)
    minutes = (found.ends_at - found.starts_at) // timedelta(minutes=1)
    return f"{found.starts_at.astimezone(BERLIN):%Y-%m-%d %H:%M} +{minutes}"


def outcome(text: str) -> str | list[str]:
    """Whether a text is a time of a possible length, or else the fields that are complained about."""
    try:
        found = understand(text, now=NOW, zone=BERLIN)
    except Invalid as refused:
        return list(refused.problems)
    return "a time" if timedelta() < found.ends_at - found.starts_at <= timedelta(hours=24) else "nonsense"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Do 16:00", "2026-09-10 16:00 +60"),
        ("Do 16:00, 45 min", "2026-09-10 16:00 +45"),
        ("do. 16 uhr", "2026-09-10 16:00 +60"),
        ("10.9. 16-17 Uhr", "2026-09-10 16:00 +60"),
        ("10.9. 16–17 Uhr", "2026-09-10 16:00 +60"),
        ("10.9 16:00", "2026-09-10 16:00 +60"),
        ("10.9.26 10:00", "2026-09-10 10:00 +60"),
        ("10.09.2026, 10.00-11.30 Uhr", "2026-09-10 10:00 +90"),
        ("Do 10.9., 16:00–16:45", "2026-09-10 16:00 +45"),
        ("Do 10.9., 16:00–16:45 Uhr (Berlin)", "2026-09-10 16:00 +45"),
        ("Do 16.30", "2026-09-10 16:30 +60"),
        ("Fr 16h30", "2026-09-11 16:30 +60"),
        ("Fr 16 Uhr 30", "2026-09-11 16:30 +60"),
        ("Fr 16h, 1h", "2026-09-11 16:00 +60"),
        ("heute 16:00", "2026-09-09 16:00 +60"),
        ("morgen 16 Uhr", "2026-09-10 16:00 +60"),
        ("übermorgen um 9:30 für 90 Minuten", "2026-09-11 09:30 +90"),
        ("am Donnerstag um 14 Uhr", "2026-09-10 14:00 +60"),
        ("10. September 2026 um 16.30 Uhr, 1,5 Std.", "2026-09-10 16:30 +90"),
        ("zwischen 14 und 15 Uhr am Freitag", "2026-09-11 14:00 +60"),
        ("von 9 bis 10:15 Uhr, Freitag", "2026-09-11 09:00 +75"),
        ("nächste Woche Mi 10 Uhr", "2026-09-16 10:00 +60"),
        ("nächsten Montag 10 Uhr", "2026-09-14 10:00 +60"),
        ("in 2 Wochen 14:00", "2026-09-23 14:00 +60"),
        ("in drei Tagen 14:00 eine halbe Stunde", "2026-09-12 14:00 +30"),
        ("heute halb fünf", "2026-09-09 16:30 +60"),
        ("Fr viertel nach 4", "2026-09-11 16:15 +60"),
        ("morgen nachmittag um 4", "2026-09-10 16:00 +60"),
        ("morgen früh 8 Uhr", "2026-09-10 08:00 +60"),
        ("Do 16:00 1 Stunde 30 Minuten", "2026-09-10 16:00 +90"),
        ("Sa 12.9. 10 Uhr", "2026-09-12 10:00 +60"),
        ("tomorrow 4pm", "2026-09-10 16:00 +60"),
        ("tomorrow 9 am", "2026-09-10 09:00 +60"),
        ("Thu 9:30, 90 min", "2026-09-10 09:30 +90"),
        ("Thursday, September 10th at 4:15 p.m.", "2026-09-10 16:15 +60"),
        ("10 Sept 16:00–16:45", "2026-09-10 16:00 +45"),
        ("Sep 10 2026 4:30 pm for 1 hour", "2026-09-10 16:30 +60"),
        ("the 10th of September at 16:00", "2026-09-10 16:00 +60"),
        ("next Thursday 4-5pm", "2026-09-10 16:00 +60"),
        ("11am-1pm tomorrow", "2026-09-10 11:00 +120"),
        ("11-1pm tomorrow", "2026-09-10 11:00 +120"),
        ("from 4 to 5pm on friday", "2026-09-11 16:00 +60"),
        ("half an hour, Friday 10:00", "2026-09-11 10:00 +30"),
        ("half past four today", "2026-09-09 16:30 +60"),
        ("Friday at noon", "2026-09-11 12:00 +60"),
        ("2026-09-10 16:00", "2026-09-10 16:00 +60"),
        ("2026-09-10T16:00", "2026-09-10 16:00 +60"),
        ("13/10 9:00", "2026-10-13 09:00 +60"),
        ("16:00", "2026-09-09 16:00 +60"),
        ("9:00", "2026-09-10 09:00 +60"),
        ("Mi 9:00", "2026-09-16 09:00 +60"),
        ("Mi 11:00", "2026-09-09 11:00 +60"),
        ("1.1. 10:00", "2027-01-01 10:00 +60"),
        ("8.9. 10:00", "2026-09-08 10:00 +60"),
        ("29.2. 10:00", "2028-02-29 10:00 +60"),
        ("Fr 22:00-01:00", "2026-09-11 22:00 +180"),
        ("Mo. 14-15:30", "2026-09-14 14:00 +90"),
    ],
)
def test_what_people_type_is_understood(text: str, meant: str) -> None:
    assert read(text) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Please say when it takes place."),
        ("   ", "Please say when it takes place."),
        ("x" * 121, "That is too long to be a time."),
        ("Fr", "At what time does it start?"),
        ("45 min", "At what time does it start?"),
        ("Fr 16:00-15:00", "The end lies before the start."),
        ("Fr 16:00, 0 min", "The end lies before the start."),
        ("Fr 16:00, 30 Stunden", "A session is at most one day long."),
        ("Fr 25:00", "There is no such time of day."),
        ("Fr 16:75", "There is no such time of day."),
        ("31.2. 10:00", "There is no such day in the calendar."),
        ("0.9. 10:00", "There is no such day in the calendar."),
        ("Fr 10.9. 16:00", "Day and date do not fit together. Please leave one of them out."),
        ("nächste Woche 10 Uhr", "Which day of next week?"),
        ("10/9 9:00", "“10/9” can be two days. Please write the month as a word."),
        ("tomorrow at 4", "Is that 04:00 or 16:00? Please write it like that."),
        ("irgendwann 16:00", "What does “irgendwann” mean here?"),
        (
            "28.3.2027 2:30",
            "On this day the clocks in Europe/Berlin are put forward: 02:30 does not exist there.",
        ),
    ],
)
def test_what_can_not_be_meant_is_said(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)

    assert str(refused.value) == sentence
    assert list(refused.value.problems) == ["when"]


def test_an_hour_that_comes_twice_is_the_first() -> None:
    found = understand("25.10.2026 2:30", now=NOW, zone=BERLIN)

    assert found.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_picker_refuses_the_skipped_hour_too() -> None:
    with pytest.raises(Invalid, match="put forward"):
        timing(date(2027, 3, 28), time(2, 30), timedelta(minutes=60), BERLIN)


moments = st.datetimes(
    min_value=NOW.replace(tzinfo=None), max_value=NOW.replace(year=2028, tzinfo=None), timezones=st.just(UTC)
).map(lambda moment: moment.replace(second=0, microsecond=0))
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])


@given(moments, st.integers(1, 24 * 60), zones.map(ZoneInfo))
def test_what_the_form_writes_it_reads_back(start: datetime, minutes: int, zone: ZoneInfo) -> None:
    if start.astimezone(zone).fold:
        start += timedelta(hours=2)
    end = start + timedelta(minutes=minutes)

    assert understand(written(start, end, zone), now=NOW, zone=zone) == Timing(start, end)


@given(st.text(max_size=130))
def test_any_text_is_understood_or_refused(text: str) -> None:
    assert outcome(text) in ("a time", ["when"])


words_of_time = st.sampled_from(
    [
        "do",
        "16",
        ":",
        "00",
        "-",
        "uhr",
        "10.",
        "9.",
        "45 min",
        "pm",
        "2026",
        "heute",
        "am",
        "bis",
        "halb",
        "sep",
        "/",
        "h",
    ]
)


@given(st.lists(words_of_time, max_size=9).map(" ".join))
def test_any_mixture_of_words_of_time_is_understood_or_refused(text: str) -> None:
    assert outcome(text) in ("a time", ["when"])


@given(st.sampled_from(sorted(WEEKDAYS)), st.integers(0, 23), st.integers(0, 59))
def test_a_weekday_is_the_next_one_to_come(name: str, hour: int, minute: int) -> None:
    found = understand(f"{name} {hour}:{minute:02}", now=NOW, zone=BERLIN).starts_at

    assert found.astimezone(BERLIN).weekday() == WEEKDAYS[name]
    assert NOW < found <= NOW + timedelta(days=7)
