"""Our employees say that they find a session interesting."""

from sqlalchemy import select

from alliance.errors import Conflict, NotFound
from alliance.facts import InterestLost, InterestShown
from alliance.models import Employee, Reaction, Session
from alliance.places import is_visible
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer


async def show_interest(uow: UnitOfWork, session_id: int, by: Employee) -> None:
    """Twice is the same as once. Raises NotFound, Conflict for what has been withdrawn."""
    session = await _session(uow, session_id, by)
    if await _own(uow, session, by) is not None:
        return
    reaction = Reaction(
        id=uow.new_id(), session_id=session.id, kind="like", actor=str(by.id), created_at=uow.now
    )
    uow.db.add(reaction)
    await uow.db.flush()
    if session.uri is not None:
        uow.record(InterestShown(reaction, session, by.id))


async def lose_interest(uow: UnitOfWork, session_id: int, by: Employee) -> None:
    """Takes it back; twice is the same as once. Raises NotFound."""
    session = await _session(uow, session_id, by)
    reaction = await _own(uow, session, by)
    if reaction is None:
        return
    await uow.db.delete(reaction)
    await uow.db.flush()
    if session.uri is not None:
        uow.record(InterestLost(reaction, session, by.id))


async def _session(uow: UnitOfWork, session_id: int, by: Employee) -> Session:
    session = await locked_session(uow.db, session_id)
    if session is None or not await is_visible(uow, session_id, employee_viewer(by.id)):
        raise NotFound
    if session.withdrawn_at is not None:
        raise Conflict("This session has been withdrawn.")
    return session


async def _own(uow: UnitOfWork, session: Session, by: Employee) -> Reaction | None:
    return await uow.db.scalar(
        select(Reaction).where(
            Reaction.session_id == session.id, Reaction.kind == "like", Reaction.actor == str(by.id)
        )
    )
