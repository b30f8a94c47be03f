"""Whose sessions a visitor may choose between."""

from functools import cache

from sqlalchemy import Select, select

from alliance.database import ReadingSession
from alliance.models import Company, Partner
from alliance.queries.given import at_once
from web.viewer import Visitor


async def companies_taking_part(db: ReadingSession, visitor: Visitor) -> list[Company]:
    """Our company first, then its allies by name; strangers are not told who they are."""
    if visitor.employee is None:
        return [visitor.home]
    return [visitor.home, *(await db.scalars(_allied())).all()]


@cache
def _allied() -> Select[Company]:
    allied = select(Company).join(Company.partner).where(Partner.state == "allied")
    return at_once(allied.order_by(Company.name))
