"""Which companies are known here, ours first of all."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import Company


async def home_company(db: AsyncSession) -> Company:
    """Our own company. Raises NotFound before it was founded."""
    company = await db.scalar(select(Company).where(Company.is_home))
    if company is None:
        raise NotFound("No company has been founded here yet.")
    return company


async def company_with_origin(db: AsyncSession, origin: str) -> Company | None:
    """The company whose server answers at `origin`, such as `https://lernen.example`."""
    return await db.scalar(select(Company).where(Company.origin == origin))


async def company_with_host(db: AsyncSession, host: str) -> Company | None:
    """The company at `host` (with its port when that is not the scheme's own)."""
    return await db.scalar(select(Company).where(Company.host == host))


async def company_with_uri(db: AsyncSession, uri: str) -> Company | None:
    """The other company whose publishing account or instance has this identity."""
    return await db.scalar(select(Company).where((Company.uri == uri) | (Company.instance_uri == uri)))
