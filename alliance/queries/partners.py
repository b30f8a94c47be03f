"""Where we stand with other companies."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.models import Company, Partner


async def partners(db: AsyncSession, *states: str) -> list[Partner]:
    """Every partner (or those in these states) with its company, by name. One query."""
    query = select(Partner).join(Partner.company).options(contains_eager(Partner.company))
    if states:
        query = query.where(Partner.state.in_(states))
    return list((await db.scalars(query.order_by(Company.name, Company.id))).all())


async def partner_with_host(db: AsyncSession, host: str) -> Partner | None:
    """Where we stand with the company at `host`, such as `lernen.example`."""
    return await _one(db, host=host)


async def partner_with_id(db: AsyncSession, company_id: int) -> Partner | None:
    """Where we stand with this company."""
    return await _one(db, id=company_id)


async def partner_with_origin(db: AsyncSession, origin: str) -> Partner | None:
    """Where we stand with the company at `origin`, such as `https://lernen.example`."""
    return await _one(db, origin=origin)


async def _one(db: AsyncSession, **which: object) -> Partner | None:
    query = select(Partner).join(Partner.company).options(contains_eager(Partner.company))
    return await db.scalar(query.filter(*(getattr(Company, name) == value for name, value in which.items())))
