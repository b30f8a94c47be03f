"""What the calendar's tables hold: days, their first sessions, and where the rest is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names

from alliance.models import Session
from alliance.queries.calendar import Span
from alliance.visibility import Viewer, may_host
from web.pages.filters import Choice
from web.pages.frame import badge_of
from web.pages.views import Badge
from web.parts_of_day import midnight
from web.times import Reader

MONTH_LIMIT = 3
WEEK_LIMIT = 5
# Hours at which the rows of a week begin; the last ends at midnight.
_HOURS = (0, 12, 14, 17, 24)


@dataclass(frozen=True)
class Entry:
    """A session in a cell."""

    url: str
    clock: str
    title: str
    language: str
    company: Badge
    cancelled: bool
    own: bool


@dataclass(frozen=True)
class Cell:
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
    found: Sequence[Sequence[Session]],
    first: date,
    viewer: Viewer,
    reader: Reader,
    choice: Choice,
) -> list[Week]:
    """The rows of a month."""
    cells = [
        replace(
            _cell(day, sessions, MONTH_LIMIT, viewer, reader, choice),
            is_outside=(day.year, day.month) != (first.year, first.month),
        )
        for day, sessions in zip(days, found, strict=True)
    ]
    weeks = []
    for start in range(0, len(cells), 7):
        year, number, _ = days[start + 3].isocalendar()
        url = choice.address(f"/calendar/week/{year}-W{number:02}")
        weeks.append(Week(number, url, tuple(cells[start : start + 7])))
    return weeks


def part_rows(
    days: Sequence[date],
    found: Sequence[Sequence[Session]],
    viewer: Viewer,
    reader: Reader,
    choice: Choice,
) -> list[PartRow]:
    """The rows of a week, without those in which nothing is."""
    rows: list[PartRow] = []
    for number, (since, until) in enumerate(pairwise(_HOURS)):
        of_part = found[number * 7 : number * 7 + 7]
        cells = tuple(
            _cell(day, sessions, WEEK_LIMIT, viewer, reader, choice)
            for day, sessions in zip(days, of_part, strict=True)
        )
        if any(cell.entries for cell in cells):
            named = {cell.iso for row in rows for cell in row.cells if cell.entries}
            cells = tuple(replace(cell, goes_on=cell.iso in named) for cell in cells)
            rows.append(PartRow(_part_name(since, until, reader), cells))
    return rows


def _part_name(since: int, until: int, reader: Reader) -> str:
    if since == 0:
        return reader.texts.gettext("until %(hour)s", hour=f"{until}:00")
    if until == 24:
        return reader.texts.gettext("from %(hour)s", hour=f"{since}:00")
    return f"{since}:00–{until}:00"


def _cell(
    day: date, sessions: Sequence[Session], limit: int, viewer: Viewer, reader: Reader, choice: Choice
) -> Cell:
    whole_day = replace(choice, day=day.isoformat(), past=False).address("/sessions")
    return Cell(
        name=f"{reader.weekday(day)}, {reader.date_of(day)}",
        iso=day.isoformat(),
        number=day.day,
        entries=tuple(_entry(session, viewer, reader) for session in sessions[:limit]),
        more_url=whole_day if len(sessions) > limit else None,
        is_today=day == reader.today,
    )


def _entry(session: Session, viewer: Viewer, reader: Reader) -> Entry:
    return Entry(
        url=f"/sessions/{session.id}",
        clock=reader.clock(session.starts_at),
        title=session.title,
        language=session.language,
        company=badge_of(session.company),
        cancelled=session.status == "cancelled",
        own=may_host(viewer, session),
    )
