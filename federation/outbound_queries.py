"""What left for which partner, for everybody here to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, Erasure, OutboundTally, Partner

SHOWN_KINDS = ("Event", "Person", "Note")


@dataclass(frozen=True)
class Left:
    """How often a field of a kind was on its way to a host since a month; host is empty for no partner."""

    host: str
    kind: str
    field: str
    count: int


async def left_since(db: AsyncSession, month: date) -> Sequence[Left]:
    """Of the kinds that tell something about people and what they say."""
    rows = await db.execute(
        select(OutboundTally.host, OutboundTally.kind, OutboundTally.field, func.sum(OutboundTally.count))
        .where(OutboundTally.month >= month, OutboundTally.kind.in_(SHOWN_KINDS))
        .group_by(OutboundTally.host, OutboundTally.kind, OutboundTally.field)
        .order_by(OutboundTally.host, OutboundTally.kind, func.sum(OutboundTally.count).desc())
    )
    return [Left(host, kind, field, int(count)) for host, kind, field, count in rows]


async def partners_of_ours(db: AsyncSession) -> Sequence[Company]:
    """Companies that something goes to, by name."""
    rows = await db.scalars(
        select(Company)
        .join(Partner, Partner.company_id == Company.id)
        .where(Partner.state == "allied")
        .order_by(Company.name, Company.id)
    )
    return rows.all()


async def open_erasures(db: AsyncSession, most: int = 100) -> Sequence[tuple[Erasure, str]]:
    """Erasures that a partner has not confirmed, the oldest first, with the partner's name."""
    rows = await db.execute(
        select(Erasure, Company.name)
        .join(Company, Company.id == Erasure.company_id)
        .where(Erasure.state == "open")
        .order_by(Erasure.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]
