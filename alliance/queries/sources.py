"""External sources: what we read of calendars that are not in the alliance."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.models import Company, Session, Source
from alliance.queries.given import at_once


async def sources(db: AsyncSession) -> list[Source]:
    """Every external source with its company row, by name. One query."""
    query = select(Source).join(Source.company).options(contains_eager(Source.company))
    return list((await db.scalars(query.order_by(Company.name, Company.id))).all())


async def source_with_id(db: AsyncSession, company_id: int) -> Source | None:
    """One external source with its company row."""
    return await _one(db, company_id=company_id)


async def source_with_uri(db: AsyncSession, uri: str) -> Source | None:
    """The external source whose account has this identity."""
    return await _one(db, uri=uri)


async def has_sources(db: AsyncSession) -> bool:
    """Whether anything external is shown to employees."""
    return await db.scalar(_shown()) is not None


@cache
def _shown() -> Select[int]:
    shown = select(Source.company_id).where(Source.state == "following", Source.is_paused.is_(False))
    return at_once(shown.limit(1))


async def upcoming_counts(db: AsyncSession, now: datetime) -> dict[int, int]:
    """How many sessions of each external source are still to come, by company id."""
    rows = await db.execute(
        select(Session.company_id, func.count())
        .join(Source, Source.company_id == Session.company_id)
        .where(Session.withdrawn_at.is_(None), Session.ends_at > now)
        .group_by(Session.company_id)
    )
    return {row[0]: row[1] for row in rows}


async def _one(db: AsyncSession, **which: object) -> Source | None:
    query = select(Source).join(Source.company).options(contains_eager(Source.company))
    return await db.scalar(query.where(*(getattr(Source, name) == value for name, value in which.items())))
