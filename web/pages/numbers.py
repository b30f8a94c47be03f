"""Numbers without surveillance: what is counted at all, for everybody who works here alike, and as CSV."""

import csv
import io

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.numbers import REPORTS, bounds_of, month_of
from alliance.queries.numbers import (
    Numbers,
    names_of_companies,
    names_of_topics,
    published_numbers,
    sessions_between,
)
from alliance.times import zone_named
from web.feeds.tables import cell
from web.pages.number_views import Names, report_of, reports_of
from web.pages.visit import Visit, visiting


async def show(request: Request) -> Response:
    """GET /numbers: every report, with what it can and cannot tell."""
    async with visiting(request) as visit:
        _ = visit.employee
        home, settings = visit.visitor.home, visit.instance.settings
        numbers = await published_numbers(visit.db, threshold=settings.numbers_threshold)
        zone = zone_named(home.timezone)
        begin, end = bounds_of(month_of(visit.reader.now, zone), zone)
        return visit.page(
            "numbers.html",
            reports=reports_of(
                visit.reader, numbers, await _names(visit, numbers), settings.numbers_threshold
            ),
            threshold=settings.numbers_threshold,
            months=len(numbers.months),
            this_month=await sessions_between(visit.db, home.id, begin, end),
        )


async def as_csv(request: Request) -> Response:
    """GET /numbers/<report>.csv: the table of one report."""
    async with visiting(request) as visit:
        _ = visit.employee
        name = request.path_params["report"]
        if name not in REPORTS:
            raise NotFound
        settings = visit.instance.settings
        numbers = await published_numbers(visit.db, threshold=settings.numbers_threshold)
        names = await _names(visit, numbers)
        report = report_of(visit.reader, name, numbers, names, settings.numbers_threshold)
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerows([cell(word) for word in row] for row in (report.head, *report.plain))
        # Spreadsheets take it for another encoding without the mark.
        return Response(
            "\ufeff" + file.getvalue(),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{name}.csv"',
                "Cache-Control": "private, no-cache",
            },
        )


async def _names(visit: Visit, numbers: Numbers) -> Names:
    companies = await names_of_companies(visit.db, numbers.keys("joins"))
    return Names(companies, await names_of_topics(visit.db, numbers.keys("topics")), visit.visitor.home.name)
