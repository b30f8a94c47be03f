"""Times are read in the reader's zone and language, with the host's zone beside it where it differs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from web.texts import Texts, language_name, preferred_language
from web.times import Reader

NOW = datetime(2026, 9, 10, 8, 0, tzinfo=UTC)


def reader(language: str = "de", zone: str = "Europe/Berlin") -> Reader:
    return Reader(Texts(language), ZoneInfo(zone), NOW)


def at(day: int, hour: int, minute: int = 0, month: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("moment", "german", "english"),
    [
        (at(10, 16), "Heute", "Today"),
        (at(11, 0), "Morgen", "Tomorrow"),
        (at(12, 9), "Samstag, 12. September", "Saturday, 12 September"),
        (at(4, 9, month=1, year=2027), "Montag, 4. Januar 2027", "Monday, 4 January 2027"),
        (at(9, 9), "Mittwoch, 9. September", "Wednesday, 9 September"),
    ],
)
def test_days_have_names(moment: datetime, german: str, english: str) -> None:
    assert (reader("de").day(moment), reader("en").day(moment)) == (german, english)


def test_a_day_is_the_readers_day() -> None:
    late = at(10, 23, 30)

    assert reader().day(late) == "Heute"
    assert reader("de", "Asia/Tokyo").day(late) == "Morgen"


def test_spans_tell_the_end_and_its_day_where_it_is_another() -> None:
    assert reader().span(at(10, 12, 30), at(10, 13)) == "12:30–13:00"
    assert reader("en").span(at(10, 23), at(11, 1)) == "23:00 – Fri 11 Sept 01:00"


def test_the_hosts_zone_is_named_only_where_clocks_differ() -> None:
    start, end = at(10, 10), at(10, 11)

    assert reader().span_in("Europe/Vienna", start, end) is None
    assert reader().span_in("Europe/Lisbon", start, end) == "09:00–10:00 in Lissabon"
    assert reader("en").start_in("Europe/Lisbon", start) == "09:00 Lisbon"
    assert (
        reader("en", "UTC").span_in("Asia/Tokyo", at(10, 23), at(10, 23, 30))
        == "Fri 11 Sept 06:00–06:30 in Tokyo"
    )


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (45, "45 min", "45 min"),
        (90, "90 min", "90 min"),
        (120, "2 Std.", "2 h"),
        (150, "2 Std. 30 min", "2 h 30 min"),
        (1440, "1 Tag", "1 day"),
        (2000, "2 Tage", "2 days"),
    ],
)
def test_lengths_are_short(minutes: int, german: str, english: str) -> None:
    end = NOW + timedelta(minutes=minutes)

    assert (reader("de").length(NOW, end), reader("en").length(NOW, end)) == (german, english)


def test_since_is_a_time_today_and_a_date_before() -> None:
    assert reader().since(at(10, 9, 2)) == "09:02"
    assert reader().since(at(8, 9, 2)) == "8. September, 09:02"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-US,de;q=0.9", "en"),
        ("fr,de;q=0.4,en;q=0.2", "de"),
        ("de;q=0,en", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("de;q=x,;;;,\x00", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_browsers_language_is_followed(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_languages_have_names_in_each_language() -> None:
    assert [language_name(code, "de") for code in ("en", "de", "pt-BR", "xx", "")] == [
        "Englisch", "Deutsch", "Portugiesisch", "xx", "",
    ]  # fmt: skip
