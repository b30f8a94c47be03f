"""Finds from when to when something takes place in a line such as "Do 10.09.2026 16:00 - 17:00"."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from alliance import time_words as words
from alliance.invitations.invitation import Span

_LONGEST = 1000
_LAST_YEAR = 9000
_DASHES = re.compile(r"[–—−‒‐‑]")
_SECONDS = re.compile(r"(?<=\d:\d\d):\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?!\d)")
_HALF = re.compile(r"\d\s*[ap]\.?m\b")
_IS_TIME = re.compile(r"\d[:.]\d\d|\d\s*[ap]\.?m\b|\d\s*(?:uhr|h)\b|noon|mittag")
_WHOLE_DAY = re.compile(r"\b(?:ganztägig\w*|ganztags|all[- ]day|whole day|den ganzen tag)\b")
# What stands where a date was taken out; times on both sides of it belong to two days.
_GAP = " | "


def span_in(text: str, now: datetime) -> Span:
    """The first span that `text` names, read at `now` (naive, on the same wall); empty when there is none.

    A day without a year is the next one. 9/10/2026 is decided by the weekday beside it, then by AM and PM.
    """
    text = _SECONDS.sub("", _DASHES.sub("-", text[:_LONGEST].lower()))
    text = " ".join(text.replace("⋅", " ").replace("·", " ").replace("@", " ").split())
    days = list(_days(text, now))[:6]
    if not days:
        return Span()
    for _, match in days:
        text = f"{text[: match.start()]}{_GAP.ljust(match.end() - match.start())}{text[match.end() :]}"
    day, rest = days[0][0], text
    if _WHOLE_DAY.search(rest):
        return Span(day=day, remarks=frozenset({"all_day"}))
    start, end = _times(rest)
    if start is None:
        return Span(day=day)
    last = _last_day(days, rest, start, end)
    return _spanning(day, start, last, end or _after(rest, start))


def _spanning(day: date, start: time, last: date, end: time | timedelta | None) -> Span:
    begins = datetime.combine(day, start)
    if isinstance(end, timedelta):
        return Span(start=begins, end=begins + end, day=day)
    if end is None:
        return Span(start=begins, day=day, remarks=frozenset({"no_end"}))
    ends = datetime.combine(last, end)
    if ends <= begins and last == day:
        ends = ends + timedelta(days=1) if start >= time(18) and end <= time(6) else ends
    if ends <= begins:
        return Span(start=begins, day=day, remarks=frozenset({"no_end"}))
    return Span(start=begins, end=ends, day=day)


def _after(text: str, start: time) -> timedelta | None:
    """A length that is told instead of an end: "90 min"."""
    match = words.LENGTH.search(text)
    if not match:
        return None
    if match["half"]:
        return timedelta(minutes=30)
    if match["minutes"]:
        minutes = min(int(match["minutes"][:5]), 10_000)
    else:
        hours = match["hours"].replace(",", ".")
        counted = float(words.NUMBERS.get(hours, 0) or hours[:6])
        minutes = round(min(counted, 99) * 60) + int((match["rest"] or "0")[:3])
    return timedelta(minutes=minutes) if minutes else None


def _times(text: str) -> tuple[time | None, time | None]:
    for match in words.RANGE.finditer(text):
        if _IS_TIME.search(match[0]) and "|" not in match[0]:
            return _range(match)
    clocks = [clock for match in _clocks(text) if (clock := _clock(match, "a", match["ap"])) is not None]
    return (clocks[0], clocks[1] if len(clocks) > 1 else None) if clocks else (None, None)


def _clocks(text: str) -> Iterator[re.Match[str]]:
    without_lengths = words.LENGTH.sub(" ", text)
    return (match for match in words.CLOCK.finditer(without_lengths) if _IS_TIME.search(match[0]))


def _range(match: re.Match[str]) -> tuple[time | None, time | None]:
    half = match["ap"] or match["bp"]
    start, end = _clock(match, "a", half), _clock(match, "b", match["bp"] or match["ap"])
    if start and end and not match["ap"] and half == "p" and start > end:
        start = _clock(match, "a", "a")
    if start and end and match["ap"] and not match["bp"] and end <= start:
        end = _clock(match, "b", "p")
    return start, end


def _clock(match: re.Match[str], name: str, half: str | None) -> time | None:
    hour, minute = int(match[f"{name}h"]), int(match[f"{name}m"] or match[f"{name}m2"] or 0)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(0 if hour == 24 and minute == 0 else hour, minute)
    except ValueError:
        return None


def _last_day(days: list[tuple[date, re.Match[str]]], text: str, start: time, end: time | None) -> date:
    """The day on which it ends: the second one that is named, if a time stands before and one behind it."""
    if len(days) < 2 or end is None:
        return days[0][0]
    second = days[1][1].start()
    before, behind = list(_clocks(text[:second])), list(_clocks(text[second:]))
    is_span = len(before) == 1 and len(behind) == 1 and days[1][0] >= days[0][0]
    return days[1][0] if is_span else days[0][0]


def _days(text: str, now: datetime) -> Iterator[tuple[date, re.Match[str]]]:
    """Every date of a text in the order of reading, none of them overlapping."""
    taken = 0
    for _, match in sorted(_matches(text), key=lambda found: found[0]):
        if match.start() < taken:
            continue
        day = _day(match, text, now)
        if day is not None:
            taken = match.end()
            yield day, match


def _matches(text: str) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
    patterns = (
        words.ISO_DATE,
        _YEAR_FIRST,
        words.DOT_DATE,
        words.DAY_MONTH,
        words.MONTH_DAY,
        words.SLASH_DATE,
    )
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield (match.start(), -match.end()), match


def _day(match: re.Match[str], text: str, now: datetime) -> date | None:
    groups = match.groupdict()
    day, year = int(groups["d"]), groups["y"]
    month = words.MONTHS[groups["month"]] if "month" in groups else int(groups["m"])
    if match.re is words.SLASH_DATE:
        return _slashed(day, month, year, text, match, now)
    return _dated(day, month, year, now)


def _slashed(
    first: int, second: int, year: str | None, text: str, match: re.Match[str], now: datetime
) -> date | None:
    """A day by its two numbers, of which Americans write the month first."""
    european, american = _dated(first, second, year, now), _dated(second, first, year, now)
    if european is None or american is None or european == american:
        return european or american
    weekday = words.WEEKDAY.search(text[max(0, match.start() - 20) : match.start()])
    if weekday:
        wanted = words.WEEKDAYS[weekday["day"]]
        fitting = [day for day in (european, american) if day.weekday() == wanted]
        if len(fitting) == 1:
            return fitting[0]
    return american if _HALF.search(text) else european


def _dated(day: int, month: int, year: str | None, now: datetime) -> date | None:
    try:
        if year:
            named = date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
            return named if named.year <= _LAST_YEAR else None
        this_year = date(now.year, month, day)
        return this_year if this_year >= now.date() - timedelta(days=1) else date(now.year + 1, month, day)
    except ValueError:
        return None
