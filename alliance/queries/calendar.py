"""The first sessions of each day, or of each part of a day, as a calendar shows them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, bindparam, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, load_only

from alliance.database import UtcDateTime
from alliance.models import Session
from alliance.queries.given import given_number, given_viewer
from alliance.queries.session_filters import Narrowing, SessionFilter, narrowing
from alliance.visibility import Viewer, visible_sessions

Span = tuple[datetime, datetime]
_SHOWN = ("title", "language", "starts_at", "status", "company_id", "uri", "host_id", "co_host_ids")


async def first_of_each(
    db: AsyncSession,
    viewer: Viewer,
    spans: Sequence[Span],
    wanted: SessionFilter,
    *,
    limit: int,
    now: datetime,
) -> list[list[Session]]:
    """For each span (from, until before) its first sessions with their company; one more tells of more.

    Of a session only what a calendar shows is loaded. One query however many spans, one more for a topic.
    When sessions are `wanted` is not asked.
    """
    kind, given = await narrowing(db, wanted, now)
    anybody, who = given_viewer(viewer)
    for number, (begins, ends) in enumerate(spans):
        given |= {f"begins_{number}": begins, f"ends_{number}": ends}
    query = _first_of_each(anybody, kind, len(spans))
    found = (await db.scalars(query, {**given, **who, "limit": limit + 1})).all()
    return _in_spans(found, spans)


def _in_spans(sessions: Iterable[Session], spans: Sequence[Span]) -> list[list[Session]]:
    """The sessions that begin in each span; spans may stand in any order, and none overlaps another."""
    order = sorted(range(len(spans)), key=lambda number: spans[number][0])
    begins = [spans[number][0] for number in order]
    cells: list[list[Session]] = [[] for _ in spans]
    for session in sessions:
        place = bisect_right(begins, session.starts_at) - 1
        if place >= 0 and session.starts_at < spans[order[place]][1]:
            cells[order[place]].append(session)
    return cells


@lru_cache(maxsize=128)
def _first_of_each(viewer: Viewer, kind: Narrowing, spans: int) -> Select[Session]:
    cells = union_all(
        *(
            select(
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
    columns = (getattr(shown, name) for name in _SHOWN)
    query = select(shown).join(cells, shown.id.in_(first))
    query = query.options(joinedload(shown.company), load_only(*columns, raiseload=True))
    return query.order_by(shown.starts_at, shown.id)
