"""Keeps a session in mind for somebody, who tells nobody: saving is not joining."""

from sqlalchemy import delete, func, select

from alliance.errors import Conflict
from alliance.models import SavedSession
from alliance.queries.sessions import find
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer

MOST_SAVED = 500


async def save_session(uow: UnitOfWork, employee_id: int, session_id: int) -> None:
    """Saves a session that the employee may see; twice is once. Raises NotFound, Gone, Conflict."""
    await find(uow.db, employee_viewer(employee_id), session_id)
    count = select(func.count()).select_from(SavedSession).where(SavedSession.person_id == employee_id)
    if (await uow.db.scalar(count) or 0) >= MOST_SAVED:
        raise Conflict("You have saved {limit} sessions already. Please let go of some.", limit=MOST_SAVED)
    row = {"person_id": employee_id, "session_id": session_id, "since": uow.now}
    await uow.db.execute(insert(uow.db, SavedSession).values(row).on_conflict_do_nothing())


async def unsave_session(uow: UnitOfWork, employee_id: int, session_id: int) -> None:
    """No longer keeps it in mind, whether it was or not."""
    await uow.db.execute(
        delete(SavedSession)
        .where(SavedSession.person_id == employee_id, SavedSession.session_id == session_id)
        .execution_options(synchronize_session=False)
    )
