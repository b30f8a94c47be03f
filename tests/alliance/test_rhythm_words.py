"""The rhythm of a series, said in German and English."""

from datetime import date, time

import pytest

from alliance.recurrence import Rhythm
from alliance.rhythm_words import rhythm_in_words

FOUR = time(16)


@pytest.mark.parametrize(
    ("rhythm", "english", "german"),
    [
        (Rhythm(kind="weekly", weekday=1), "every Tuesday, 16:00", "jeden Dienstag, 16:00 Uhr"),
        (
            Rhythm(kind="weekly", weekday=3, every=2),
            "every two weeks on Thursday, 16:00",
            "alle zwei Wochen am Donnerstag, 16:00 Uhr",
        ),
        (
            Rhythm(kind="weekly", weekday=3, every=26),
            "every 26 weeks on Thursday, 16:00",
            "alle 26 Wochen am Donnerstag, 16:00 Uhr",
        ),
        (
            Rhythm(kind="weekday", weekday=1, position=2),
            "every second Tuesday of the month, 16:00",
            "jeden zweiten Dienstag im Monat, 16:00 Uhr",
        ),
        (
            Rhythm(kind="weekday", weekday=4, position=-1, every=3),
            "every three months on the last Friday, 16:00",
            "alle drei Monate am letzten Freitag, 16:00 Uhr",
        ),
        (
            Rhythm(kind="day", day=1),
            "on the 1st of every month, 16:00",
            "am 1. jedes Monats, 16:00 Uhr",
        ),
        (
            Rhythm(kind="day", day=12, every=2),
            "every two months on the 12th, 16:00",
            "alle zwei Monate am 12., 16:00 Uhr",
        ),
        (
            Rhythm(kind="day", day=-1),
            "on the last day of every month, 16:00",
            "am letzten Tag jedes Monats, 16:00 Uhr",
        ),
        (
            Rhythm(kind="weekly", weekday=0, until=date(2027, 5, 12)),
            "every Monday, 16:00, until 12 May 2027",
            "jeden Montag, 16:00 Uhr, bis 12. Mai 2027",
        ),
        (
            Rhythm(kind="weekly", weekday=0, count=6),
            "every Monday, 16:00, six dates",
            "jeden Montag, 16:00 Uhr, sechs Termine",
        ),
    ],
)
def test_a_rhythm_is_said_as_people_say_it(rhythm: Rhythm, english: str, german: str) -> None:
    assert rhythm_in_words(rhythm, FOUR, "en") == english
    assert rhythm_in_words(rhythm, FOUR, "de") == german


@pytest.mark.parametrize(
    ("day", "said"), [(2, "2nd"), (3, "3rd"), (11, "11th"), (13, "13th"), (21, "21st"), (22, "22nd")]
)
def test_days_are_counted_in_english(day: int, said: str) -> None:
    assert rhythm_in_words(Rhythm(kind="day", day=day), FOUR, "en") == f"on the {said} of every month, 16:00"
