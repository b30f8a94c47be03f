"""What people wrote to somebody and what they wrote themselves, newest first."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from alliance.models import Company, Letter, Person
from alliance.queries.distances import is_kept_away

PER_PAGE = 50


async def letters_to(
    db: AsyncSession, receiver_id: int, now: datetime, *, before: int | None = None
) -> list[Letter]:
    """The last fifty with their senders, profiles and companies, or the fifty before a letter. One query.

    Nothing of those whom the receiver keeps away: taking that back brings it back.
    """
    mine = and_(Letter.receiver_id == receiver_id, not_(is_kept_away(receiver_id, Letter.sender_id, now)))
    return await _letters(db, mine, Letter.sender, before)


async def letters_by(db: AsyncSession, sender_id: int, *, before: int | None = None) -> list[Letter]:
    """What somebody wrote themselves, with receivers, in the same way."""
    return await _letters(db, Letter.sender_id == sender_id, Letter.receiver, before)


async def unread_letters(db: AsyncSession, receiver_id: int) -> int:
    """How many are new."""
    new = select(func.count()).where(
        Letter.receiver_id == receiver_id, Letter.read_at.is_(None), Letter.gone_at.is_(None)
    )
    return await db.scalar(new) or 0


async def letter_with(db: AsyncSession, letter_id: object) -> Letter | None:
    """One letter with its sender and their company; None once it was thrown away or taken back, or its sender
    is gone."""
    if not isinstance(letter_id, int):
        return None
    letter = await db.scalar(
        select(Letter)
        .where(Letter.id == letter_id, Letter.gone_at.is_(None))
        .options(joinedload(Letter.sender).joinedload(Person.company))
    )
    return letter if letter is not None and letter.sender.gone_at is None else None


async def _letters(
    db: AsyncSession, which: ColumnElement[bool], other: InstrumentedAttribute[Person], before: int | None
) -> list[Letter]:
    query = select(Letter).where(which, Letter.gone_at.is_(None))
    if before is not None:
        query = query.where(Letter.id < before)
    found = await db.scalars(
        query.options(
            joinedload(other).joinedload(Person.profile),
            joinedload(other).joinedload(Person.company).joinedload(Company.partner),
        )
        .order_by(Letter.id.desc())
        .limit(PER_PAGE)
    )
    return list(found.all())
