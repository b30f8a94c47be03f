"""Says who holds an app's token, in one indexed query."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from alliance.models import AppToken, Employee, Person
from alliance.signing_in import digest_of

LONGEST_TOKEN = 100


async def token_with(db: AsyncSession, secret: str, now: datetime) -> AppToken | None:
    """The token with its app and its employee (person, company, profile); None once it has ended.

    Closed accounts have none: their tokens are deleted, and this asks once more.
    """
    if not 1 <= len(secret) <= LONGEST_TOKEN:
        return None
    return await db.scalar(
        select(AppToken)
        .join(AppToken.app)
        .outerjoin(AppToken.employee)
        .outerjoin(Employee.person)
        .where(
            AppToken.token_hash == digest_of(secret),
            or_(AppToken.expires_at.is_(None), AppToken.expires_at > now),
            Employee.disabled_at.is_(None),
        )
        .options(
            contains_eager(AppToken.app),
            contains_eager(AppToken.employee)
            .contains_eager(Employee.person)
            .options(joinedload(Person.company), joinedload(Person.profile)),
        )
    )
