"""The first sessions of each day, or of each part of a day, as a calendar shows them."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, literal_column, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from alliance.database import UtcDateTime
from alliance.models import Company, Session
from alliance.queries.given import given_number, given_viewer
from alliance.queries.session_filters import Narrowing, SessionFilter, narrowing
from alliance.visibility import Viewer, visible_sessions

Span = tuple[datetime, datetime]


class CalendarSession(NamedTuple):
    """What a calendar shows of a session and its company; plain values, because a month has many of them."""

    span: int
    """In which of the spans that were asked for it begins, counted from 0."""
    id: int
    title: str
    language: str
    starts_at: datetime
    is_cancelled: bool
    company: str
    hue: int


async def first_of_each(
    db: AsyncSession,
    viewer: Viewer,
    spans: Sequence[Span],
    wanted: SessionFilter,
    *,
    limit: int,
    now: datetime,
) -> list[list[CalendarSession]]:
    """For each span (from, until before) its first sessions in their order; one more tells of more.

    No span overlaps another. One query however many spans, one more for a topic. When sessions are `wanted`
    is not asked.
    """
    kind, given = await narrowing(db, wanted, now)
    anybody, who = given_viewer(viewer)
    for number, (begins, ends) in enumerate(spans):
        given |= {f"begins_{number}": begins, f"ends_{number}": ends}
    query = _first_of_each(anybody, kind, len(spans))
    connection = await db.connection()
    found = await connection.execute(query, {**given, **who, "limit": limit + 1})
    each: list[list[CalendarSession]] = [[] for _ in spans]
    for row in map(CalendarSession._make, found.all()):
        each[row.span].append(row)
    return each


@lru_cache(maxsize=128)
def _first_of_each(viewer: Viewer, kind: Narrowing, spans: int) -> Select[Any]:
    cells = union_all(
        *(
            select(
                literal_column(str(number), Integer).label("number"),
                bindparam(f"begins_{number}", type_=UtcDateTime()).label("begins"),
                bindparam(f"ends_{number}", type_=UtcDateTime()).label("ends"),
            )
            for number in range(spans)
        )
    ).cte("cells")
    first = (
        select(Session.id)
        .where(Session.starts_at >= cells.c.begins, Session.starts_at < cells.c.ends)
        .where(visible_sessions(viewer), *kind.conditions())
        .order_by(Session.starts_at, Session.id)
        .limit(given_number("limit"))
        .correlate(cells)
    )
    shown = aliased(Session)
    query = select(cells).join(shown, shown.id.in_(first))
    if kind.dialect == "postgresql":
        # PostgreSQL would ask for each span and each session there is whether the one is among the others.
        each = first.lateral("each")
        query = select(cells).join(each, true()).join(shown, shown.id == each.c.id)
    cancelled = (shown.status == "cancelled").label("is_cancelled")
    query = query.join(Company, Company.id == shown.company_id).with_only_columns(
        cells.c.number,
        shown.id,
        shown.title,
        shown.language,
        shown.starts_at,
        cancelled,
        Company.name,
        Company.hue,
    )
    return query.order_by(shown.starts_at, shown.id)
