"""What the page of a session says of its series, and "Mine" of those that one joined or holds."""

from sqlalchemy import select

from alliance.models import Series, Session
from alliance.queries.series import held_series, joined_series, neighbours_of, next_dates
from alliance.visibility import visible_series
from web.pages.series import rhythm_for, series_rows
from web.pages.views import SeriesLine, SeriesRow
from web.pages.visit import Visit


async def series_line(visit: Visit, session: Session) -> SeriesLine | None:
    """The series with the dates before and after; None where there is none that the visitor may know of."""
    series = session.series if session.series_id is not None else None
    if series is None:
        return None
    seen = select(Series.id).where(Series.id == series.id, visible_series(visit.viewer))
    if await visit.db.scalar(seen) is None:
        return None
    before, after = await neighbours_of(visit.db, visit.viewer, session)
    return SeriesLine(
        f"/series/{series.id}",
        series.title,
        rhythm_for(series, visit.reader),
        _neighbour(visit, before),
        _neighbour(visit, after),
    )


def _neighbour(visit: Visit, session: Session | None) -> tuple[str, str] | None:
    return (f"/sessions/{session.id}", visit.reader.day(session.starts_at)) if session else None


async def own_series(visit: Visit) -> dict[str, tuple[SeriesRow, ...]]:
    """What the visitor joined and what they offer, for the page of their own things."""
    joined = await joined_series(visit.db, visit.viewer)
    held = await held_series(visit.db, visit.viewer)
    numbers = [one.id for one in (*joined, *held)]
    nexts = await next_dates(visit.db, visit.viewer, numbers, visit.reader.now) if numbers else {}
    return {
        "joined_series": series_rows(joined, nexts, visit.reader),
        "held_series": series_rows(held, nexts, visit.reader),
    }
