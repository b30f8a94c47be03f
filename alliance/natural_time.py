"""Understands when a session takes place from what a person typed in German or English.

Deterministic: the same text, moment and zone give the same answer, and what is not understood is said,
never guessed. "Do 16:00, 45 min", "10.9. 16-17 Uhr" and "tomorrow 4pm" are all understood.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alliance import time_words as words
from alliance.errors import Invalid
from alliance.times import moment_at

USUAL_LENGTH = timedelta(minutes=60)
LONGEST = timedelta(hours=24)
_TEXT_LIMIT = 120


@dataclass(frozen=True)
class Timing:
    """From when to when, both aware in UTC."""

    starts_at: datetime
    ends_at: datetime


def understand(text: str, *, now: datetime, zone: ZoneInfo, length: timedelta = USUAL_LENGTH) -> Timing:
    """When `text` means, read at `now` in `zone`; `length` counts where it names none. Raises Invalid."""
    rest = _prepared(text)
    reading = _Reading(rest, now.astimezone(zone))
    reading.read()
    return _timing(reading, now, zone, length)


def timing(day: date, start: time, length: timedelta, zone: ZoneInfo) -> Timing:
    """A start on the wall clock of `zone` with a length. Raises Invalid for an hour that the clocks skip."""
    starts_at = moment(day, start, zone)
    return _checked(starts_at, starts_at + length)


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """What the wall clock of `zone` shows, in UTC. Raises Invalid where a clock change skips it."""
    try:
        return moment_at(datetime.combine(day, clock), zone.key)
    except Invalid as error:
        parameters: dict[str, Any] = error.parameters
        raise Invalid(error.sentence, field="when", **parameters) from error


def written(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """A span as `understand` reads it back, the same in both languages: "2026-09-10 16:00-16:45"."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    text = f"{start:%Y-%m-%d %H:%M}"
    if start.date() == end.date() and moment(end.date(), end.time(), zone) == ends_at.astimezone(UTC):
        return f"{text}–{end:%H:%M}"
    return f"{text}, {round((ends_at - starts_at).total_seconds() / 60)} min"


def _prepared(text: str) -> str:
    if not text.strip():
        raise Invalid("Please say when it takes place.", field="when")
    if len(text) > _TEXT_LIMIT:
        raise Invalid("That is too long to be a time.", field="when")
    lowered = re.sub(r"[–—−‒]", "-", text.lower())
    return " ".join(words.IN_BRACKETS.sub(" ", lowered).split())


class _Reading:
    """What has been found in a text so far; each step takes away the part that it understood."""

    def __init__(self, text: str, here: datetime) -> None:
        self.rest = text
        self.here = here
        self.day: date | None = None
        self.weekday: int | None = None
        self.start: time | None = None
        self.end: time | None = None
        self.length: timedelta | None = None
        self.afternoon = False

    def read(self) -> None:
        self._read_length()
        self._read_date()
        self._read_weekday()
        self._read_part_of_day()
        self._read_clock()
        self._read_short_hours()
        self._refuse_rest()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.search(self.rest)
        if match:
            self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"
        return match

    def _read_length(self) -> None:
        if match := self._take(words.LENGTH):
            if match["half"]:
                self.length = timedelta(minutes=30)
            elif match["minutes"]:
                self.length = _span(minutes=match["minutes"])
            else:
                self.length = _span(hours=match["hours"], minutes=match["rest"])

    def _read_date(self) -> None:
        today = self.here.date()
        if match := self._take(words.ISO_DATE) or self._take(words.DOT_DATE):
            self.day = self._calendar_day(match["d"], int(match["m"]), match["y"])
        elif match := self._take(words.SLASH_DATE):
            self.day = self._slash_day(match)
        elif match := self._take(words.DAY_MONTH) or self._take(words.MONTH_DAY):
            self.day = self._calendar_day(match["d"], words.MONTHS[match["month"]], match["y"])
        elif match := self._take(words.IN_DAYS):
            self.day = _later(today, match["n"], match["unit"])
        elif match := self._take(words.NAMED_DAY):
            self.day = today + timedelta(days=words.DAYS_FROM_NOW[match["day"]])
        elif self._take(words.NEXT_WEEK):
            self.day = today + timedelta(days=7 - today.weekday())
            self._read_weekday_of(self.day)
        else:
            self._read_loose_date()

    def _read_weekday_of(self, monday: date) -> None:
        match = self._take(words.WEEKDAY)
        if not match:
            raise Invalid("Which day of next week?", field="when")
        self.day = monday + timedelta(days=words.WEEKDAYS[match["day"]])

    def _read_loose_date(self) -> None:
        """In `10.9 16:00` the date looks like a time; it is a date because a time stands beside it."""
        match = words.LOOSE_DATE.search(self.rest)
        if not match or not 1 <= int(match["m"]) <= 12 or words.WEEKDAY.search(self.rest):
            return
        without = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"
        if words.CLOCK.search(without):
            self.rest = without
            self.day = self._calendar_day(match["d"], int(match["m"]), None)

    def _slash_day(self, match: re.Match[str]) -> date:
        first, second = int(match["d"]), int(match["m"])
        if first <= 12 and second <= 12 and first != second:
            raise Invalid(
                "“{text}” can be two days. Please write the month as a word.", field="when", text=match[0]
            )
        day, month = (first, second) if second <= 12 else (second, first)
        return self._calendar_day(str(day), month, match["y"])

    def _calendar_day(self, day: str, month: int, year: str | None) -> date:
        today = self.here.date()
        try:
            if year:
                return date(int(year) if len(year) == 4 else 2000 + int(year), month, int(day))
            # The 29th of February waits for the next leap year.
            candidates = [
                candidate for ahead in range(5) if (candidate := _date(today.year + ahead, month, int(day)))
            ]
            this_year = candidates[0]
        except (ValueError, IndexError) as error:
            raise Invalid("There is no such day in the calendar.", field="when") from error
        # In autumn "10.1." is next January; a day that has just gone by was rather a slip.
        if this_year < today and len(candidates) > 1 and (candidates[1] - today).days <= 300:
            return candidates[1]
        return this_year

    def _read_weekday(self) -> None:
        match = self._take(words.WEEKDAY)
        if not match:
            return
        self.weekday = words.WEEKDAYS[match["day"]]
        if self.day and self.day.weekday() != self.weekday:
            raise Invalid("Day and date do not fit together. Please leave one of them out.", field="when")

    def _read_part_of_day(self) -> None:
        if match := self._take(words.PART_OF_DAY):
            self.afternoon = bool(match["pm"])

    def _read_clock(self) -> None:
        if match := self._take(words.SPOKEN):
            self.start = _spoken(match, self.afternoon)
        elif match := self._take(words.RANGE):
            half = match["ap"] or match["bp"]
            self.start = self._clock(match, "a", half)
            self.end = self._clock(match, "b", match["bp"])
            if not match["ap"] and half == "p" and self.start > self.end:
                self.start = self._clock(match, "a", "a")
        elif self._take(words.NOON):
            self.start = time(12)
        elif match := self._take(words.CLOCK):
            self.start = self._clock(match, "a", match["ap"])
            self._refuse_small_hours(match)

    def _clock(self, match: re.Match[str], name: str, half: str | None) -> time:
        hour, minute = int(match[f"{name}h"]), int(match[f"{name}m"] or match[f"{name}m2"] or 0)
        return _time(hour, minute, half or ("p" if self.afternoon and hour < 12 else None))

    def _refuse_small_hours(self, match: re.Match[str]) -> None:
        bare = match[0].strip().split()[-1].isdigit()
        if bare and not self.afternoon and 1 <= int(match["ah"]) <= 6:
            hour = int(match["ah"])
            raise Invalid(
                "Is that {early} or {late}? Please write it like that.",
                field="when",
                early=f"{hour:02}:00",
                late=f"{hour + 12}:00",
            )

    def _read_short_hours(self) -> None:
        if self.start and self.length is None and (match := self._take(words.HOURS_SHORT)):
            self.length = _span(hours=match["hours"], minutes=match["rest"])

    def _refuse_rest(self) -> None:
        rest = " ".join(words.FILLER.sub(" ", self.rest).split())
        if rest:
            raise Invalid("What does “{text}” mean here?", field="when", text=rest[:40])
        if self.start is None:
            raise Invalid("At what time does it start?", field="when")


def _timing(reading: _Reading, now: datetime, zone: ZoneInfo, length: timedelta) -> Timing:
    if reading.start is None:
        raise Invalid("At what time does it start?", field="when")
    day = reading.day or _next_day(reading, now, zone)
    starts_at = moment(day, reading.start, zone)
    if reading.end is not None and reading.length is None:
        return _checked(starts_at, moment(_end_day(day, reading.start, reading.end), reading.end, zone))
    return _checked(starts_at, starts_at + (length if reading.length is None else reading.length))


def _next_day(reading: _Reading, now: datetime, zone: ZoneInfo) -> date:
    """The next day on which the weekday (or any day) and the time are still to come."""
    today = now.astimezone(zone).date()
    start = reading.start or time()
    ahead = 0 if reading.weekday is None else (reading.weekday - today.weekday()) % 7
    day = today + timedelta(days=ahead)
    if datetime.combine(day, start, zone).astimezone(UTC) > now:
        return day
    return day + timedelta(days=1 if reading.weekday is None else 7)


def _end_day(day: date, start: time, end: time) -> date:
    """The next day for an evening that ends after midnight; otherwise the same."""
    over_midnight = end < start and start >= time(18) and end <= time(6)
    return day + timedelta(days=1) if over_midnight else day


def _checked(starts_at: datetime, ends_at: datetime) -> Timing:
    if ends_at <= starts_at:
        raise Invalid("The end lies before the start.", field="when")
    if ends_at - starts_at > LONGEST:
        raise Invalid("A session is at most one day long.", field="when")
    return Timing(starts_at.astimezone(UTC), ends_at.astimezone(UTC))


def _number(text: str) -> float:
    return float(words.NUMBERS.get(text, 0) or text.replace(",", "."))


def _span(hours: str | None = None, minutes: str | None = None) -> timedelta:
    total = timedelta(
        hours=min(_number(hours), 999) if hours else 0, minutes=min(int(minutes), 9999) if minutes else 0
    )
    return timedelta(minutes=round(total.total_seconds() / 60))


def _later(today: date, number: str, unit: str) -> date:
    days = min(int(_number(number)), 1000) * (7 if unit.startswith("w") else 1)
    return today + timedelta(days=days)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(hour: int, minute: int, half: str | None) -> time:
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(0 if hour == 24 and minute == 0 else hour, minute)
    except ValueError as error:
        raise Invalid("There is no such time of day.", field="when") from error


def _spoken(match: re.Match[str], afternoon: bool) -> time:
    """Half past four and "halb fünf" are 16:30: up to seven, people mean the afternoon."""
    hour, how = int(_number(match["hour"])), match["how"]
    minutes = {"halb": -30, "viertel vor": -15, "dreiviertel": -15, "quarter to": -15, "half past": 30}.get(
        how, 15
    )
    late = match["p"] == "p" or (match["p"] is None and (afternoon or hour <= 7)) if hour <= 12 else False
    total = (hour % 12 + (12 if late else 0) if hour <= 12 else hour) * 60 + minutes
    return time(total // 60 % 24, total % 60)
