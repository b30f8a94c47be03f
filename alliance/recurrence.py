"""When a series takes place: rules as RFC 5545 writes them, a few of them, and the dates that come of them.

Only what people say is understood: every n weeks on one weekday, every n months on the second Tuesday, on the
last Friday, on the 15th or on the last day. `python-dateutil` counts; nothing here knows rows or pages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from alliance.errors import Invalid
from alliance.times import zone_named

Kind = Literal["weekly", "weekday", "day"]

MOST_WEEKS = 26
MOST_MONTHS = 12
MOST_DATES = 260
"""How many dates a rule that counts them may have: five years of weeks."""
FARTHEST = timedelta(days=5 * 366)
"""How far away the last day of a rule may be, and how far anybody looks for the next date."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL")
_BY_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_RULE_LIMIT = 120


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A rule. `weekly`: every `every` weeks on `weekday` (0 is Monday). `weekday`: every `every` months on
    that weekday, the `position`th of the month (-1: the last). `day`: every `every` months on `day` (-1: the
    last one).

    Months without a 30th or a fifth Monday are left out, as RFC 5545 section 3.3.10 says. It ends after
    `count` dates or with `until` (a day in the series' zone, which counts), or never.
    """

    kind: Kind
    every: int = 1
    weekday: int = 0
    position: int = 1
    day: int = 1
    count: int | None = None
    until: date | None = None


def checked_rhythm(rhythm: Rhythm) -> Rhythm:
    """The same, if it follows every rule. Raises Invalid beside `repeats` or `repeats_until`."""
    most = MOST_WEEKS if rhythm.kind == "weekly" else MOST_MONTHS
    fits = rhythm.kind in ("weekly", "weekday", "day") and 1 <= rhythm.every <= most
    fits = fits and 0 <= rhythm.weekday <= 6 and rhythm.position in (-1, 1, 2, 3, 4, 5)
    if not fits or not (rhythm.day == -1 or 1 <= rhythm.day <= 31):
        raise Invalid("Please choose one of the options.", field="repeats")
    if rhythm.count is not None and rhythm.until is not None:
        raise Invalid("Please give a last day or a number of dates, not both.", field="repeats_until")
    if rhythm.count is not None and not 1 <= rhythm.count <= MOST_DATES:
        raise Invalid("There can be between 1 and {limit} dates.", field="repeats_count", limit=MOST_DATES)
    return rhythm


def rule_of(rhythm: Rhythm) -> str:
    """As RFC 5545 writes it: `FREQ=MONTHLY;BYDAY=2TU;COUNT=6`. UNTIL is a date: the time is said once."""
    parts = ["FREQ=WEEKLY" if rhythm.kind == "weekly" else "FREQ=MONTHLY"]
    if rhythm.every != 1:
        parts.append(f"INTERVAL={rhythm.every}")
    if rhythm.kind == "day":
        parts.append(f"BYMONTHDAY={rhythm.day}")
    else:
        position = str(rhythm.position) if rhythm.kind == "weekday" else ""
        parts.append(f"BYDAY={position}{_DAYS[rhythm.weekday]}")
    if rhythm.count is not None:
        parts.append(f"COUNT={rhythm.count}")
    if rhythm.until is not None:
        parts.append(f"UNTIL={rhythm.until:%Y%m%d}")
    return ";".join(parts)


def rhythm_of(rule: str) -> Rhythm:
    """A rule as it was written. Raises Invalid for whatever `rule_of` would not write."""
    try:
        given = dict(part.split("=", 1) for part in rule[: _RULE_LIMIT + 1].split(";"))
        rhythm = _read(given)
    except (ValueError, KeyError) as error:
        raise Invalid("Please choose one of the options.", field="repeats", detail=rule[:120]) from error
    if rule_of(checked_rhythm(rhythm)) != rule:
        raise Invalid("Please choose one of the options.", field="repeats", detail=rule[:120])
    return rhythm


def _read(given: Mapping[str, str]) -> Rhythm:
    if set(given) - set(_PARTS):
        raise ValueError("a part that nobody here writes")
    count, until = given.get("COUNT"), given.get("UNTIL")
    ends = Rhythm(
        kind="weekly",
        every=int(given.get("INTERVAL", "1")),
        count=int(count) if count is not None else None,
        until=date.fromisoformat(until) if until is not None else None,
    )
    if "BYMONTHDAY" in given:
        return replace(ends, kind="day", day=int(given["BYMONTHDAY"]))
    match = _BY_DAY.fullmatch(given["BYDAY"])
    if match is None:
        raise ValueError("no such weekday")
    weekday = _DAYS.index(match[2])
    if given["FREQ"] == "WEEKLY":
        return replace(ends, weekday=weekday)
    return replace(ends, kind="weekday", weekday=weekday, position=int(match[1] or "1"))


def days_of(rhythm: Rhythm, first: date) -> Iterator[date]:
    """The days from `first` on, in order; `first` itself only if it is one of them.

    Ends with the rule, and at FARTHEST from `first` in any case.
    """
    from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule

    begins = datetime.combine(first, time())
    last = min(rhythm.until, first + FARTHEST) if rhythm.until is not None else first + FARTHEST
    weekday = (MO, TU, WE, TH, FR, SA, SU)[rhythm.weekday]
    ends = datetime.combine(last, time())
    if rhythm.kind == "weekly":
        found = rrule(WEEKLY, begins, rhythm.every, byweekday=weekday, until=ends)
    elif rhythm.kind == "weekday":
        found = rrule(MONTHLY, begins, rhythm.every, byweekday=weekday(rhythm.position), until=ends)
    else:
        found = rrule(MONTHLY, begins, rhythm.every, bymonthday=rhythm.day, until=ends)
    for number, moment in enumerate(found):
        if rhythm.count is not None and number >= rhythm.count:
            return
        yield moment.date()


def moment_on(day: date, clock: time, zone: str) -> datetime:
    """When clocks in `zone` show `clock` on that day: aware, in UTC.

    An hour that a clock change skips is taken by the offset before it, so 2:30 is 3:30 then, and of an hour
    that comes twice the first is meant (RFC 5545 section 3.3.5). Raises Invalid outside of the calendar.
    """
    try:
        return datetime.combine(day, clock.replace(tzinfo=None, fold=0), zone_named(zone)).astimezone(UTC)
    except OverflowError as error:
        raise Invalid("This date is outside of the calendar.") from error


@dataclass(frozen=True)
class Slot:
    """One date of a series: the day that the rule names, when it really is, and its number from the start."""

    day: date
    starts_at: datetime
    number: int


def slots_of(
    rhythm: Rhythm, first: date, clock: time, zone: str, exceptions: Mapping[str, str] | None = None
) -> Iterator[Slot]:
    """Every date in the order of the rule; numbers count those that are left out as well.

    `exceptions`, by the ISO date of the rule: an empty word leaves the date out, a local time such as
    `2026-12-23T16:00` moves it.
    """
    known = exceptions or {}
    for number, day in enumerate(days_of(rhythm, first)):
        instead = known.get(day.isoformat())
        if instead == "":
            continue
        there = datetime.combine(day, clock) if instead is None else datetime.fromisoformat(instead)
        yield Slot(day, moment_on(there.date(), there.time(), zone), number)


def positions_of(day: date) -> tuple[int, bool]:
    """Which of its weekday a day is in its month, and whether it is the last one."""
    return (day.day - 1) // 7 + 1, (day + timedelta(days=7)).month != day.month
