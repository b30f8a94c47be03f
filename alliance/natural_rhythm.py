"""Understands how often something takes place: "every first Monday 16:00", "alle zwei Wochen am Do 9:30".

What is left of the text, with the first date in front of it, is for `alliance.natural_time`. As there, what
can mean two things is asked, never guessed.
"""

import re
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from alliance import time_words as words
from alliance.errors import Invalid
from alliance.recurrence import Rhythm, days_of

_POSITIONS = {
    **dict.fromkeys(("first", "1st", "ersten", "1."), 1),
    **dict.fromkeys(("second", "2nd", "zweiten", "2."), 2),
    **dict.fromkeys(("third", "3rd", "dritten", "3."), 3),
    **dict.fromkeys(("fourth", "4th", "vierten", "4."), 4),
    **dict.fromkeys(("last", "letzten"), -1),
}
_WEEKDAY = rf"(?P<weekday>{words.any_of(words.WEEKDAYS)})\b\.?s?"
_BEGINNING = r"^\s*(?:every|each|jeden|jede|alle)\b\s*"
_OF_THE_MONTH = r"(?P<month>\s+(?:of|in)\s+(?:the|each|every)\s+month|\s+(?:im|des|jedes|eines)\s+monats?)?"
_POSITION = "|".join(re.escape(word) for word in _POSITIONS)
_OF_MONTH = re.compile(rf"{_BEGINNING}(?P<position>{_POSITION})\s+{_WEEKDAY}{_OF_THE_MONTH}")
_OTHER_WEEK = re.compile(rf"{_BEGINNING}(?:other|zwei(?:te)?)\s+{_WEEKDAY}")
_NUMBER = rf"(?P<number>\d{{1,2}}|{words.any_of(words.NUMBERS)})"
_WEEKS = re.compile(rf"{_BEGINNING}{_NUMBER}\s+(?:weeks?|wochen)\s+(?:on\s+|am\s+)?{_WEEKDAY}")
_WEEKLY = re.compile(rf"{_BEGINNING}{_WEEKDAY}")
_SOON = 60


def read_rhythm(text: str, now: datetime, zone: ZoneInfo) -> tuple[Rhythm, str] | None:
    """The rhythm that a text begins with, and the rest of it with the first date (ISO 8601) in front.

    None for a text without one. The first date is today or later. Raises Invalid where it can mean two
    things.
    """
    lowered = " ".join(text.lower().split())
    found = _read(lowered)
    if found is None:
        return None
    rhythm, rest = found
    today = now.astimezone(zone).date()
    for day in islice(days_of(rhythm, today), _SOON):
        ends = datetime.combine(day, time.max, zone)
        if day > today or ends > now + timedelta(hours=12):
            return rhythm, f"{day.isoformat()} {rest.strip()}".strip()
    raise Invalid("There is no such day in the calendar.", field="when")


def _read(text: str) -> tuple[Rhythm, str] | None:
    if match := _OTHER_WEEK.match(text):
        return Rhythm(kind="weekly", every=2, weekday=_weekday(match)), text[match.end() :]
    if match := _OF_MONTH.match(text):
        position = _POSITIONS[match["position"]]
        if position == 2 and not match["month"]:
            raise Invalid(
                "Is that every two weeks, or the second one of the month? Please write it like that.",
                field="when",
            )
        return Rhythm(kind="weekday", weekday=_weekday(match), position=position), text[match.end() :]
    if match := _WEEKS.match(text):
        number = words.NUMBERS.get(match["number"]) or int(match["number"])
        return Rhythm(kind="weekly", every=number, weekday=_weekday(match)), text[match.end() :]
    if match := _WEEKLY.match(text):
        return Rhythm(kind="weekly", weekday=_weekday(match)), text[match.end() :]
    return None


def _weekday(match: re.Match[str]) -> int:
    return words.WEEKDAYS[match["weekday"]]
