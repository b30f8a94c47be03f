"""Whose sessions a visitor may choose between."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, select

from alliance.database import ReadingSession
from alliance.models import Company, Partner
from alliance.queries.given import at_once
from web.viewer import Visitor


class Participant(NamedTuple):
    """What lists and filters show of a company: of hundreds, read for each page, everything would be much."""

    id: int
    is_home: bool
    host: str
    name: str
    hue: int
    logo: str | None


_SHOWN = tuple(getattr(Company, name) for name in Participant._fields)


async def companies_taking_part(db: ReadingSession, visitor: Visitor) -> list[Participant]:
    """Our company first, then its allies by name; strangers are not told who they are."""
    home = Participant(*(getattr(visitor.home, name) for name in Participant._fields))
    if visitor.employee is None:
        return [home]
    return [home, *map(Participant._make, await db.execute(_allied()))]


@cache
def _allied() -> Select[tuple[object, ...]]:
    allied = select(*_SHOWN).join(Company.partner).where(Partner.state == "allied")
    return at_once(allied.order_by(Company.name))
