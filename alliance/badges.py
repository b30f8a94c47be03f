"""Keeps the badges that people make of what they have confirmed, and voids them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, NotFound
from alliance.models import Badge, Confirmation
from alliance.unit_of_work import UnitOfWork

MOST_REVOKED = 14_000
"""How many void badges a list names, the latest first: those who verify read no more than a megabyte."""


MOST_OF_ONE = 20
"""Badges of one confirmation, void ones too, so that nobody fills the list of these."""


async def keep_badge(
    uow: UnitOfWork, confirmation: Confirmation, badge_id: str, document: bytes, *, is_named: bool
) -> Badge:
    """A new badge; what its owner has of the same kind stays valid. Raises Conflict for the 21st."""
    made_before = select(func.count()).select_from(Badge).where(Badge.confirmation_id == confirmation.id)
    if (await uow.db.scalar(made_before) or 0) >= MOST_OF_ONE:
        raise Conflict("You have made {limit} badges of this session already.", limit=MOST_OF_ONE)
    made = Badge(
        id=badge_id,
        person_id=confirmation.person_id,
        confirmation_id=confirmation.id,
        title=confirmation.title,
        is_named=is_named,
        is_shared=False,
        document=document,
        issued_at=uow.now,
    )
    uow.db.add(made)
    await uow.db.flush()
    return made


async def confirmation_to_show(
    db: AsyncSession, confirmation_id: int, person_id: int, *, locked: bool = False
) -> Confirmation:
    """One's own confirmation that counts; `locked`, it is not taken back meanwhile. Raises NotFound."""
    query = select(Confirmation).where(
        Confirmation.id == confirmation_id, Confirmation.person_id == person_id
    )
    found = await db.scalar(query.with_for_update() if locked else query)
    if found is None or not found.holds:
        raise NotFound
    return found


async def same_badge(db: AsyncSession, confirmation_id: int, *, is_named: bool) -> Badge | None:
    """The newest badge of this kind that was made of a confirmation and is in force."""
    return await db.scalar(
        select(Badge)
        .where(
            Badge.confirmation_id == confirmation_id, Badge.is_named == is_named, Badge.revoked_at.is_(None)
        )
        .order_by(Badge.issued_at.desc(), Badge.id)
        .limit(1)
    )


async def readable_badge(db: AsyncSession, badge_id: str, person_id: int | None) -> Badge:
    """A badge for its owner, and for everybody while it is shared. Raises NotFound."""
    found = await db.scalar(
        select(Badge).where(Badge.id == badge_id, Badge.revoked_at.is_(None), Badge.document.is_not(None))
    )
    if found is None or not (found.is_shared or (person_id is not None and found.person_id == person_id)):
        raise NotFound
    return found


async def share_badge(uow: UnitOfWork, badge_id: str, person_id: int, *, shared: bool) -> Badge:
    """Whether everybody who knows the address may read it. Raises NotFound."""
    found = await _own(uow, badge_id, person_id)
    found.is_shared = shared
    await uow.db.flush()
    return found


async def revoke_badge(uow: UnitOfWork, badge_id: str, person_id: int) -> None:
    """Void from now on, also where it was copied to. Raises NotFound."""
    await _own(uow, badge_id, person_id)
    await _revoke(uow, [badge_id])


async def take_back_badges(uow: UnitOfWork, confirmation_id: int) -> None:
    """Everything that was made of a confirmation is void."""
    ids = await uow.db.scalars(
        select(Badge.id).where(Badge.confirmation_id == confirmation_id, Badge.revoked_at.is_(None))
    )
    await _revoke(uow, ids.all())


async def forget_badges(uow: UnitOfWork, person_id: int) -> None:
    """Their owner is forgotten: of void ones the number stays, the rest goes. Copies stay valid."""
    await uow.db.execute(
        update(Badge)
        .where(Badge.person_id == person_id, Badge.revoked_at.is_not(None))
        .values(person_id=None, confirmation_id=None, title="", document=None),
        execution_options={"synchronize_session": False},
    )


async def revoked_badges(db: AsyncSession) -> list[str]:
    """The numbers of void badges, sorted, so that the list tells nothing of when or in which order."""
    found = await db.scalars(
        select(Badge.id)
        .where(Badge.revoked_at.is_not(None))
        .order_by(Badge.revoked_at.desc(), Badge.id)
        .limit(MOST_REVOKED)
    )
    return sorted(found)


async def _own(uow: UnitOfWork, badge_id: str, person_id: int) -> Badge:
    found = await uow.db.scalar(
        select(Badge)
        .where(Badge.id == badge_id, Badge.person_id == person_id, Badge.revoked_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


async def _revoke(uow: UnitOfWork, ids: Sequence[str]) -> None:
    now: datetime = uow.now
    await uow.db.execute(
        update(Badge)
        .where(Badge.id.in_(ids), Badge.revoked_at.is_(None))
        .values(revoked_at=now, document=None, is_shared=False, title=""),
    )
