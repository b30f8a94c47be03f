"""The calendar by month and by week; the list of the programme is the same for whoever reads on a phone."""

import re
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.queries.calendar import first_of_each
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sources import has_sources
from web.pages.calendar_view import (
    MONTH_LIMIT,
    WEEK_LIMIT,
    days_of_month,
    month_cells,
    month_weeks,
    part_rows,
    week_cells,
    weekday_names,
)
from web.pages.companies import companies_taking_part
from web.pages.filters import Choice, choice_of, session_chips, session_filter
from web.pages.session_filters import filter_form
from web.pages.visit import Visit, visiting

_YEARS = range(2000, 2100)


async def now(request: Request) -> Response:
    """GET /calendar: this month, where the reader is."""
    async with visiting(request) as visit:
        return await _month(visit, visit.reader.today.replace(day=1))


async def month(request: Request) -> Response:
    """GET /calendar/month/2026-12: the first sessions of every day."""
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", request.path_params["month"])
    if match is None or int(match[1]) not in _YEARS:
        raise NotFound
    async with visiting(request) as visit:
        return await _month(visit, date(int(match[1]), int(match[2]), 1))


async def week(request: Request) -> Response:
    """GET /calendar/week/2026-W49: the sessions of every part of every day (ISO 8601 weeks)."""
    match = re.fullmatch(r"([0-9]{4})-W([0-5][0-9])", request.path_params["week"])
    if match is None or int(match[1]) not in _YEARS:
        raise NotFound
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise NotFound from None
    async with visiting(request) as visit:
        return await _week(visit, monday)


async def _month(visit: Visit, first: date) -> Response:
    reader, (choice, wanted, around) = visit.reader, await _surroundings(visit)
    days = days_of_month(first, reader.language)
    spans = month_cells(days, reader.zone)
    found = await first_of_each(visit.db, visit.viewer, spans, wanted, limit=MONTH_LIMIT, now=reader.now)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return visit.page(
        "calendar_month.html",
        title=reader.month_name(first),
        weekdays=weekday_names(reader.language),
        weeks=month_weeks(days, found, first, reader, choice),
        before_url=_url(choice, f"month/{before:%Y-%m}"),
        after_url=_url(choice, f"month/{after:%Y-%m}"),
        month_url=_url(choice, f"month/{first:%Y-%m}"),
        week_url=_url(choice, f"week/{_iso(_near(first, reader.today))}"),
        **around,
    )


async def _week(visit: Visit, monday: date) -> Response:
    reader, (choice, wanted, around) = visit.reader, await _surroundings(visit)
    days = [monday + timedelta(days=number) for number in range(7)]
    spans = week_cells(days, reader.zone)
    found = await first_of_each(visit.db, visit.viewer, spans, wanted, limit=WEEK_LIMIT, now=reader.now)
    number = monday.isocalendar().week
    return visit.page(
        "calendar_week.html",
        title=visit.texts.gettext("Week %(number)s", number=number),
        span=f"{reader.date_of(days[0])} – {reader.date_of(days[6])}",
        days=[(reader.short_day(day), day == reader.today, day.isoformat()) for day in days],
        rows=part_rows(days, found, reader, choice),
        before_url=_url(choice, f"week/{_iso(monday - timedelta(days=7))}"),
        after_url=_url(choice, f"week/{_iso(monday + timedelta(days=7))}"),
        month_url=_url(choice, f"month/{days[3]:%Y-%m}"),
        week_url=_url(choice, f"week/{_iso(monday)}"),
        **around,
    )


async def _surroundings(visit: Visit) -> tuple[Choice, SessionFilter, dict[str, object]]:
    companies = await companies_taking_part(visit.db, visit.visitor)
    choice = choice_of(visit.request.query_params)
    with_external = visit.visitor.employee is not None and await has_sources(visit.db)
    path, texts = visit.request.url.path, visit.texts
    return (
        choice,
        session_filter(choice, companies, visit.reader),
        {
            "filters": session_chips(choice, path, companies, texts, with_external=with_external),
            "filtering": filter_form(
                choice, path, companies, texts, with_external=with_external, in_time=False
            ),
        },
    )


def _url(choice: Choice, place: str) -> str:
    return choice.address(f"/calendar/{place}")


def _iso(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def _near(first: date, today: date) -> date:
    """Today within its own month, else the first of the month."""
    return today if (today.year, today.month) == (first.year, first.month) else first
