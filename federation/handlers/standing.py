"""Where we stand with whoever sent an activity."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, Partner
from federation.handlers.handling import Outcome, ignored


@dataclass(frozen=True)
class Standing:
    """A company that an actor speaks for, and the state of the alliance with it (`none` without one)."""

    company: Company
    state: str

    @property
    def is_allied(self) -> bool:
        """Whether both have said yes and nobody has paused."""
        return self.state == "allied"


async def standing_of(db: AsyncSession, actor_uri: str) -> Standing | None:
    """For the instance actor or the company actor of a company that we know; None for everybody else."""
    named = or_(Company.uri == actor_uri, Company.instance_uri == actor_uri)
    return await _standing(db, named)


async def publisher(db: AsyncSession, actor_uri: str) -> Standing | None:
    """For company actors alone: they publish sessions."""
    return await _standing(db, Company.uri == actor_uri)


async def home_of(db: AsyncSession, host: str) -> Standing | None:
    """For everybody at home on a host that belongs to a company we know."""
    return await _standing(db, Company.host == host)


def not_allied(standing: Standing | None) -> Outcome | None:
    """Why nothing is taken from there, or None when they are allied."""
    if standing is None or standing.state not in ("allied", "paused"):
        return ignored("not allied")
    return None if standing.is_allied else ignored("paused")


async def _standing(db: AsyncSession, which: object) -> Standing | None:
    row = (
        await db.execute(
            select(Company, Partner.state)
            .outerjoin(Partner, Partner.company_id == Company.id)
            .where(which, Company.is_home.is_(False))  # type: ignore[arg-type]
        )
    ).one_or_none()
    return Standing(row[0], row[1] or "none") if row is not None else None
