"""Series as a viewer may see them: one of them, its dates, those of one person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.errors import NotFound
from alliance.models import Person, Series, SeriesMember, SeriesTurn, Session
from alliance.visibility import Viewer, visible_series, visible_sessions

MOST_SHOWN = 50


async def find_series(db: AsyncSession, viewer: Viewer, series_id: int) -> Series:
    """One series with company and host. Raises NotFound."""
    series = await db.scalar(
        select(Series)
        .where(Series.id == series_id, visible_series(viewer))
        .options(joinedload(Series.company), joinedload(Series.host))
    )
    if series is None:
        raise NotFound
    return series


async def turns_of(db: AsyncSession, series_id: int) -> list[SeriesTurn]:
    """Who takes turns with the host, in order, with person and company."""
    rows = await db.scalars(
        select(SeriesTurn)
        .where(SeriesTurn.series_id == series_id)
        .order_by(SeriesTurn.position)
        .options(joinedload(SeriesTurn.person).joinedload(Person.company))
    )
    return list(rows.all())


async def is_in_series(db: AsyncSession, viewer: Viewer, series_id: int) -> bool:
    """Whether the viewer joined it."""
    joined = select(SeriesMember.person_id).where(
        SeriesMember.series_id == series_id, SeriesMember.person_id == viewer.person_id
    )
    return viewer.person_id is not None and await db.scalar(joined) is not None


async def joined_series(db: AsyncSession, viewer: Viewer) -> list[Series]:
    """What the viewer joined and may still see, with company; at most 50."""
    rows = await db.scalars(
        select(Series)
        .join(SeriesMember, SeriesMember.series_id == Series.id)
        .where(SeriesMember.person_id == viewer.person_id, visible_series(viewer))
        .order_by(Series.title, Series.id)
        .limit(MOST_SHOWN)
        .options(joinedload(Series.company))
    )
    return list(rows.all())


async def held_series(db: AsyncSession, viewer: Viewer) -> list[Series]:
    """What the viewer offers and still runs, with company; at most 50."""
    rows = await db.scalars(
        select(Series)
        .where(Series.host_id == viewer.person_id, Series.uri.is_(None), Series.state == "running")
        .order_by(Series.title, Series.id)
        .limit(MOST_SHOWN)
        .options(joinedload(Series.company))
    )
    return list(rows.all())


async def neighbours_of(
    db: AsyncSession, viewer: Viewer, session: Session
) -> tuple[Session | None, Session | None]:
    """The dates before and after this one, as far as the viewer may see them."""
    found = []
    for before in (True, False):
        order = (Session.starts_at.desc(), Session.id.desc()) if before else (Session.starts_at, Session.id)
        query = select(Session).where(
            Session.series_id == session.series_id,
            Session.starts_at < session.starts_at if before else Session.starts_at > session.starts_at,
            visible_sessions(viewer),
        )
        found.append(await db.scalar(query.order_by(*order).limit(1)))
    return found[0], found[1]


async def next_dates(
    db: AsyncSession, viewer: Viewer, series_ids: Sequence[int], now: datetime
) -> dict[int, datetime]:
    """When the next date of each of these series begins."""
    rows = await db.execute(
        select(Session.series_id, func.min(Session.starts_at))
        .where(
            Session.series_id.in_(list(series_ids)),
            Session.starts_at > now,
            Session.status != "cancelled",
            visible_sessions(viewer),
        )
        .group_by(Session.series_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
