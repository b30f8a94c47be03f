"""The first sessions of each day, or of each part of a day, as a calendar shows them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, load_only

from alliance.database import UtcDateTime
from alliance.models import Session
from alliance.queries.sessions import SessionFilter, narrowing
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
    cells = union_all(
        *(
            select(literal(begins, UtcDateTime).label("begins"), literal(ends, UtcDateTime).label("ends"))
            for begins, ends in spans
        )
    ).cte("cells")
    first = (
        select(Session.id)
        .where(Session.starts_at >= cells.c.begins, Session.starts_at < cells.c.ends)
        .where(visible_sessions(viewer), *await narrowing(db, wanted, now))
        .order_by(Session.starts_at, Session.id)
        .limit(limit + 1)
        .correlate(cells)
    )
    shown = aliased(Session)
    query = (
        select(shown)
        .join(cells, shown.id.in_(first))
        .options(
            joinedload(shown.company), load_only(*(getattr(shown, name) for name in _SHOWN), raiseload=True)
        )
    )
    found = (await db.scalars(query.order_by(shown.starts_at, shown.id))).unique().all()
    return [[session for session in found if begins <= session.starts_at < ends] for begins, ends in spans]
