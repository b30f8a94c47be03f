"""What colleagues wrote to somebody, newest first."""

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import Employee, Letter, Person

PER_PAGE = 50


async def letters_to(db: AsyncSession, receiver_id: int, *, before: int | None = None) -> list[Letter]:
    """The last fifty with their senders and profiles, or the fifty before a letter. One query."""
    query = select(Letter).where(Letter.receiver_id == receiver_id)
    if before is not None:
        query = query.where(Letter.id < before)
    found = await db.scalars(
        query.options(joinedload(Letter.sender).joinedload(Person.profile))
        .order_by(Letter.id.desc())
        .limit(PER_PAGE)
    )
    return list(found.all())


async def unread_letters(db: AsyncSession, receiver_id: int) -> int:
    """How many are new."""
    new = select(func.count()).where(Letter.receiver_id == receiver_id, Letter.read_at.is_(None))
    return await db.scalar(new) or 0


async def letter_with(db: AsyncSession, letter_id: object) -> Letter | None:
    """One letter with its sender; None once it was thrown away, or its sender is gone."""
    if not isinstance(letter_id, int):
        return None
    letter = await db.scalar(select(Letter).where(Letter.id == letter_id).options(joinedload(Letter.sender)))
    return letter if letter is not None and letter.sender.gone_at is None else None


async def has_account(db: AsyncSession, person_id: int) -> bool:
    """Whether somebody can be written to at all: one of our open accounts."""
    found = select(exists().where(Employee.id == person_id, Employee.disabled_at.is_(None)))
    return bool(await db.scalar(found))
