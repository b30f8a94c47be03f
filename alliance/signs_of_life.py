"""Workers say every quarter of a minute that they work, so that administrators see when none does."""

import platform
from datetime import timedelta

from sqlalchemy import delete

from alliance.models import SignOfLife
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

EVERY_SECONDS = 15
GONE_AFTER = timedelta(days=7)


async def show_life(uow: UnitOfWork, name: str = "") -> None:
    """This machine works; what was not heard of for a week is forgotten."""
    machine = (name or platform.node() or "unnamed")[:100]
    new = insert(uow.db, SignOfLife).values(name=machine, at=uow.now)
    await uow.db.execute(new.on_conflict_do_update(index_elements=["name"], set_={"at": uow.now}))
    await uow.db.execute(delete(SignOfLife).where(SignOfLife.at < uow.now - GONE_AFTER))
