"""The rows of those who hold sessions together: read, counted, ended; the session they are of is locked."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from alliance.facts import HostingEnded, SessionChanged
from alliance.models import CoHost, Employee, Person, Session
from alliance.unit_of_work import UnitOfWork

ASKED_OR_IN = ("asked", "yes")


async def co_host_rows(uow: UnitOfWork, session: Session, *where: ColumnElement[bool]) -> Sequence[CoHost]:
    """Everybody who was ever asked, as they stand now, with person and company; conditions on both tables."""
    rows = await uow.db.scalars(
        select(CoHost)
        .join(CoHost.person)
        .where(CoHost.session_id == session.id, *where)
        .order_by(CoHost.id)
        .options(joinedload(CoHost.person).joinedload(Person.company))
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def settle_co_hosts(uow: UnitOfWork, session: Session) -> bool:
    """Writes on the session who holds it too; whether that is something else than before."""
    await uow.db.flush()
    said_yes = select(CoHost.person_id).where(CoHost.session_id == session.id, CoHost.state == "yes")
    now = list((await uow.db.scalars(said_yes.order_by(CoHost.id))).all())
    if now == list(session.co_host_ids or ()):
        return False
    session.co_host_ids = now
    await uow.db.flush()
    return True


async def tell_new_hosts(uow: UnitOfWork, session: Session) -> None:
    """A session of ours is held by others than before; everybody who shows it has to hear that."""
    if await settle_co_hosts(uow, session):
        session.updated_at = uow.now
        await uow.db.flush()
        uow.record(SessionChanged(session, previous_audience=session.audience))


async def end_co_hosts(uow: UnitOfWork, session: Session, *who: ColumnElement[bool]) -> int:
    """Takes back every question and every yes for which `who` (on Person) holds; how many that were.

    The session's own change is for the caller to tell.
    """
    ending = await co_host_rows(uow, session, CoHost.state.in_(ASKED_OR_IN), *who)
    for co_host in ending:
        end_one(uow, co_host, session)
    await settle_co_hosts(uow, session)
    return len(ending)


def end_one(uow: UnitOfWork, co_host: CoHost, session: Session) -> None:
    """Takes one of them back."""
    previous = co_host.state
    co_host.state, co_host.since, co_host.personal_link = "over", uow.now, None
    uow.record(HostingEnded(co_host, session, co_host.person, previous))


async def heir_of(uow: UnitOfWork, session: Session, leaving_id: int) -> CoHost | None:
    """The first co-host of our company with an open account, who goes on when the host leaves."""
    open_account = select(Employee.id).where(Employee.disabled_at.is_(None), Employee.id != leaving_id)
    rows = await co_host_rows(uow, session, CoHost.state == "yes", Person.id.in_(open_account))
    return rows[0] if rows else None
