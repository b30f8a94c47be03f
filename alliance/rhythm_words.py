"""The rhythm of a series in words: "every second Tuesday of the month, 16:00", in German and English."""

from datetime import date, time

from babel.dates import format_date

from alliance.languages import OURS
from alliance.models import Series
from alliance.recurrence import Rhythm, rhythm_of

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_POSITIONS = {
    "en": {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"},
    "de": {1: "erst", 2: "zweit", 3: "dritt", 4: "viert", 5: "fünft", -1: "letzt"},
}
_NUMBERS = {
    "en": ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "de": ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
}


def rhythm_in_words(rhythm: Rhythm, clock: time, language: str) -> str:
    """How often and at what time, with the end where there is one; `language` is `de` or `en`."""
    if language == "de":
        return f"{_german(rhythm)}, {clock:%H:%M} Uhr{_ends_in_german(rhythm)}"
    return f"{_english(rhythm)}, {clock:%H:%M}{_ends_in_english(rhythm)}"


def rhythm_by_language(series: Series) -> dict[str, str]:
    """How often a series is, in both languages; a partner's in those in which the partner said it."""
    if series.rule is None or series.starts is None:
        return dict(series.rhythm)
    rhythm = rhythm_of(series.rule)
    return {language: rhythm_in_words(rhythm, series.starts, language) for language in OURS}


def _english(rhythm: Rhythm) -> str:
    weekday, every = _WEEKDAYS["en"][rhythm.weekday], _number("en", rhythm.every)
    if rhythm.kind == "weekly":
        return f"every {weekday}" if rhythm.every == 1 else f"every {every} weeks on {weekday}"
    if rhythm.kind == "weekday":
        position = _POSITIONS["en"][rhythm.position]
        if rhythm.every == 1:
            return f"every {position} {weekday} of the month"
        return f"every {every} months on the {position} {weekday}"
    day = "last day" if rhythm.day == -1 else f"{rhythm.day}{_ordinal(rhythm.day)}"
    return f"on the {day} of every month" if rhythm.every == 1 else f"every {every} months on the {day}"


def _german(rhythm: Rhythm) -> str:
    weekday, every = _WEEKDAYS["de"][rhythm.weekday], _number("de", rhythm.every)
    if rhythm.kind == "weekly":
        return f"jeden {weekday}" if rhythm.every == 1 else f"alle {every} Wochen am {weekday}"
    if rhythm.kind == "weekday":
        position = f"{_POSITIONS['de'][rhythm.position]}en"
        if rhythm.every == 1:
            return f"jeden {position} {weekday} im Monat"
        return f"alle {every} Monate am {position} {weekday}"
    day = "letzten Tag" if rhythm.day == -1 else f"{rhythm.day}."
    return f"am {day} jedes Monats" if rhythm.every == 1 else f"alle {every} Monate am {day}"


def _number(language: str, number: int) -> str:
    words = _NUMBERS[language]
    return words[number - 1] if number <= len(words) else str(number)


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _ends_in_english(rhythm: Rhythm) -> str:
    if rhythm.until is not None:
        return f", until {_date(rhythm.until, 'd MMMM y', 'en_GB')}"
    if rhythm.count is not None:
        return ", one date" if rhythm.count == 1 else f", {_number('en', rhythm.count)} dates"
    return ""


def _ends_in_german(rhythm: Rhythm) -> str:
    if rhythm.until is not None:
        return f", bis {_date(rhythm.until, 'd. MMMM y', 'de')}"
    if rhythm.count is not None:
        return ", ein Termin" if rhythm.count == 1 else f", {_number('de', rhythm.count)} Termine"
    return ""


def _date(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))
