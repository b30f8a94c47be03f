"""Remembers what was deleted elsewhere, so that a Create or Update that was overtaken won't bring it back."""

from datetime import datetime

from alliance.unit_of_work import UnitOfWork
from federation.models import Tombstone


async def bury(uow: UnitOfWork, uri: str, at: datetime | None) -> None:
    """It is gone since `at`, as the sender says; never later than now."""
    moment = min(at or uow.now, uow.now)
    grave = await uow.db.get(Tombstone, uri)
    if grave is None:
        uow.db.add(Tombstone(uri=uri, deleted_at=moment))
    else:
        grave.deleted_at = max(grave.deleted_at, moment)
    await uow.db.flush()


async def is_buried(uow: UnitOfWork, uri: str, updated_at: datetime) -> bool:
    """Whether it was deleted after it was as it is told now; what is newer than its grave rises from it."""
    grave = await uow.db.get(Tombstone, uri)
    if grave is None:
        return False
    if updated_at <= grave.deleted_at:
        return True
    await uow.db.delete(grave)
    return False
