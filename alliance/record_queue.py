"""The queue of statements for the record store: taking the next, noting what came of it, forgetting."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.identifiers import first_identifier_of
from alliance.models import RecordStatement
from alliance.unit_of_work import UnitOfWork

GIVE_UP_AFTER = timedelta(days=14)
KEEP_VOID = timedelta(days=30)
MOST_DEAD_SHOWN = 50
_WAITING = RecordStatement.state == "waiting"


async def is_anything_waiting(db: AsyncSession) -> bool:
    """Whether there is something to send."""
    return await db.scalar(select(RecordStatement.id).where(_WAITING).limit(1)) is not None


async def take_next(uow: UnitOfWork) -> RecordStatement | None:
    """The oldest that waits, counted as tried from here on: whatever happens now, it may have arrived."""
    found = await uow.db.scalar(
        select(RecordStatement).where(_WAITING).order_by(RecordStatement.id).limit(1).with_for_update()
    )
    if found is not None:
        found.attempts += 1
        await uow.db.flush()
    return found


async def has_arrived(uow: UnitOfWork, row_id: int, status: int) -> None:
    """The store has it; what it said is forgotten here."""
    await _finish(uow, row_id, "sent", status, "", keep=False)


async def is_refused(uow: UnitOfWork, row_id: int, status: int | None, error: str) -> None:
    """The store will never take it as it is; an administrator sees it."""
    await _finish(uow, row_id, "dead", status, error, keep=True)


async def waits_on(uow: UnitOfWork, row: RecordStatement, status: int | None, error: str) -> None:
    """The store has trouble of its own; after two weeks of that it is given up."""
    if row.id < first_identifier_of(uow.now - GIVE_UP_AFTER):
        await is_refused(uow, row.id, status, error)
        return
    change = update(RecordStatement).where(RecordStatement.id == row.id)
    await uow.db.execute(change.values(last_status=status, last_error=error[:300]))


async def counts(db: AsyncSession) -> dict[str, int]:
    """How many there are of what still matters: waiting and dead."""
    rows = await db.execute(
        select(RecordStatement.state, func.count())
        .where(RecordStatement.state.in_(("waiting", "dead")))
        .group_by(RecordStatement.state)
    )
    return {row[0]: row[1] for row in rows}


async def dead(db: AsyncSession) -> Sequence[RecordStatement]:
    """The newest that were given up; who they are about nobody is told."""
    rows = await db.scalars(
        select(RecordStatement)
        .where(RecordStatement.state == "dead")
        .order_by(RecordStatement.id.desc())
        .limit(MOST_DEAD_SHOWN)
    )
    return rows.all()


async def send_dead_again(uow: UnitOfWork) -> int:
    """Everything that was given up, once more; what was taken back meanwhile stays away."""
    again = update(RecordStatement).where(
        RecordStatement.state == "dead", RecordStatement.is_void.is_(False), RecordStatement.body.is_not(None)
    )
    done = await uow.db.scalars(again.values(state="waiting", finished_at=None).returning(RecordStatement.id))
    count = len(done.all())
    uow.audit("queue.retried", count=count)
    return count


async def drop_dead(uow: UnitOfWork, row_id: int) -> None:
    """Puts one aside for good. Raises NotFound."""
    gone = update(RecordStatement).where(RecordStatement.id == row_id, RecordStatement.state == "dead")
    done = gone.values(state="dropped", body=None, finished_at=uow.now).returning(RecordStatement.id)
    if await uow.db.scalar(done) is None:
        raise NotFound
    uow.audit("queue.dropped")


async def forget_statements(uow: UnitOfWork, limit: int = 500) -> int:
    """What is over and needed by nobody: taken back or put aside, for a month; how many rows."""
    old = (
        select(RecordStatement.id)
        .where(
            RecordStatement.state.in_(("sent", "dropped")),
            or_(
                RecordStatement.is_void, RecordStatement.verb == "voided", RecordStatement.state == "dropped"
            ),
            RecordStatement.id < first_identifier_of(uow.now - KEEP_VOID),
        )
        .order_by(RecordStatement.id)
        .limit(limit)
    )
    gone = delete(RecordStatement).where(RecordStatement.id.in_(old.scalar_subquery()))
    done = await uow.db.scalars(gone.returning(RecordStatement.id))
    return len(done.all())


async def _finish(
    uow: UnitOfWork, row_id: int, state: str, status: int | None, error: str, *, keep: bool
) -> None:
    values: dict[str, object] = {
        "state": state,
        "last_status": status,
        "last_error": error[:300],
        "finished_at": uow.now,
    }
    if not keep:
        values["body"] = None
    # Taken back while it was on its way, it stays dropped: the statement that voids it comes after it.
    change = update(RecordStatement).where(RecordStatement.id == row_id, _WAITING)
    await uow.db.execute(change.values(**values))
