"""Which allies have to be fetched from, and when; see catching_up.py for the fetching."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Partner
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.models import CatchUp
from federation.retry import pause

MOST_AT_ONCE = 10


async def ask_for_catch_up(uow: UnitOfWork, company_id: int) -> None:
    """An ally's sessions are to be fetched soon, also when that is just being done."""
    fresh = insert(uow.db, CatchUp).values(company_id=company_id, version=0, attempts=0, due_at=uow.now)
    again = {"version": CatchUp.version + 1, "attempts": 0, "due_at": uow.now}
    await uow.db.execute(fresh.on_conflict_do_update(index_elements=["company_id"], set_=again))
    await uow.db.execute(
        update(Partner)
        .where(Partner.company_id == company_id)
        .values(caught_up_at=None)
        .execution_options(synchronize_session="evaluate")
    )


async def due_catch_ups(db: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Company and version of the catch-ups that are due, for allies alone."""
    rows = await db.execute(
        select(CatchUp.company_id, CatchUp.version)
        .join(Partner, Partner.company_id == CatchUp.company_id)
        .where(Partner.state == "allied", CatchUp.due_at <= now)
        .order_by(CatchUp.due_at)
        .limit(MOST_AT_ONCE)
    )
    return [(row.company_id, row.version) for row in rows]


async def catch_up_done(uow: UnitOfWork, company_id: int, version: int) -> None:
    """It is no longer due, unless it was asked for again meanwhile."""
    done = await uow.db.scalar(
        delete(CatchUp)
        .where(CatchUp.company_id == company_id, CatchUp.version == version)
        .returning(CatchUp.company_id)
    )
    if done is not None:
        await uow.db.execute(
            update(Partner).where(Partner.company_id == company_id).values(caught_up_at=uow.now)
        )


async def catch_up_failed(uow: UnitOfWork, company_id: int, version: int, luck: float) -> None:
    """It is tried again after a pause that grows; `luck` from 0 to 1 spreads the tries."""
    row = await uow.db.get(CatchUp, company_id)
    if row is not None and row.version == version:
        row.attempts += 1
        row.due_at = uow.now + pause(row.attempts, luck)
