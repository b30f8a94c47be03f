"""What the calendar's tables hold: days, their first sessions, and where the rest is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names

from alliance.queries.calendar import CalendarSession, Span
from web.pages.filters import Choice
from web.parts_of_day import midnight
from web.times import Reader

MONTH_LIMIT = 3
WEEK_LIMIT = 5
# Hours at which the rows of a week begin; the last ends at midnight.
_HOURS = (0, 12, 14, 17, 24)


# Entries and cells are tuples: there are many, and templates look up which of them they have shown before.
class Entry(NamedTuple):
    """A session in a cell."""

    url: str
    clock: str
    title: str
    language: str
    company: str
    hue: int
    cancelled: bool


class Cell(NamedTuple):
    """The sessions of a day, or of a part of one; `more_url` leads to all of them."""

    name: str
    iso: str
    number: int
    entries: tuple[Entry, ...]
    more_url: str | None
    is_today: bool = False
    is_outside: bool = False
    goes_on: bool = False  # an earlier part of the same day has something and names the day


@dataclass(frozen=True)
class Week:
    """A row of a month."""

    number: int
    url: str
    days: tuple[Cell, ...]


@dataclass(frozen=True)
class PartRow:
    """A row of a week: from which hour until which, and the seven days."""

    name: str
    cells: tuple[Cell, ...]


def days_of_month(first: date, language: str) -> list[date]:
    """Whole weeks from the one in which a month begins until the one in which it ends."""
    start = first - timedelta(days=(first.weekday() - _first_weekday(language)) % 7)
    following = (first + timedelta(days=31)).replace(day=1)
    length = -(-(following - start).days // 7) * 7
    return [start + timedelta(days=number) for number in range(length)]


def month_cells(days: Sequence[date], zone: ZoneInfo) -> list[Span]:
    """From when until when each day is."""
    return [(midnight(day, zone), midnight(day + timedelta(days=1), zone)) for day in days]


def week_cells(days: Sequence[date], zone: ZoneInfo) -> list[Span]:
    """The same for each part of each day, part by part."""
    return [
        (_at(day, since, zone), _at(day, until, zone)) for since, until in pairwise(_HOURS) for day in days
    ]


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    if hour == 24:
        return midnight(day + timedelta(days=1), zone)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


@cache
def _first_weekday(language: str) -> int:
    return Locale.parse({"de": "de_DE", "en": "en_GB"}[language]).first_week_day


@cache
def weekday_names(language: str) -> tuple[tuple[str, str], ...]:
    """Short and whole names, in the order in which a week has them there."""
    whole, short = (get_day_names(width, locale=language) for width in ("wide", "abbreviated"))
    order = [(_first_weekday(language) + number) % 7 for number in range(7)]
    return tuple((short[number].rstrip("."), whole[number]) for number in order)


def month_weeks(
    days: Sequence[date],
    found: Sequence[Sequence[CalendarSession]],
    first: date,
    reader: Reader,
    choice: Choice,
) -> list[Week]:
    """The rows of a month."""
    cells = _cells(days, found, MONTH_LIMIT, reader, choice)
    month = (first.year, first.month)
    cells = [
        cell if (day.year, day.month) == month else cell._replace(is_outside=True)
        for day, cell in zip(days, cells, strict=True)
    ]
    weeks = []
    for start in range(0, len(cells), 7):
        year, number, _ = days[start + 3].isocalendar()
        url = choice.address(f"/calendar/week/{year}-W{number:02}")
        weeks.append(Week(number, url, tuple(cells[start : start + 7])))
    return weeks


def part_rows(
    days: Sequence[date], found: Sequence[Sequence[CalendarSession]], reader: Reader, choice: Choice
) -> list[PartRow]:
    """The rows of a week, without those in which nothing is."""
    rows: list[PartRow] = []
    named: set[str] = set()
    for number, (since, until) in enumerate(pairwise(_HOURS)):
        cells = _cells(days, found[number * 7 : number * 7 + 7], WEEK_LIMIT, reader, choice)
        if any(cell.entries for cell in cells):
            shown = tuple(cell._replace(goes_on=True) if cell.iso in named else cell for cell in cells)
            rows.append(PartRow(_part_name(since, until, reader), shown))
            named |= {cell.iso for cell in cells if cell.entries}
    return rows


def _part_name(since: int, until: int, reader: Reader) -> str:
    if since == 0:
        return reader.texts.gettext("until %(hour)s", hour=f"{until}:00")
    if until == 24:
        return reader.texts.gettext("from %(hour)s", hour=f"{since}:00")
    return f"{since}:00–{until}:00"


def _cells(
    days: Sequence[date],
    found: Sequence[Sequence[CalendarSession]],
    limit: int,
    reader: Reader,
    choice: Choice,
) -> list[Cell]:
    today, whole_day = reader.today, choice.address_by_day("/sessions")
    return [
        Cell(
            name=f"{reader.weekday(day)}, {reader.date_of(day)}",
            iso=day.isoformat(),
            number=day.day,
            entries=tuple([_entry(session, reader) for session in sessions[:limit]]),
            more_url=whole_day(day) if len(sessions) > limit else None,
            is_today=day == today,
        )
        for day, sessions in zip(days, found, strict=True)
    ]


def _entry(session: CalendarSession, reader: Reader) -> Entry:
    return Entry(
        f"/sessions/{session.id}",
        reader.clock(session.starts_at),
        session.title,
        session.language,
        session.company,
        session.hue % 24,
        session.is_cancelled,
    )
