"""Gives and takes the places of a session of ours; unless told otherwise the caller has locked its row."""

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from alliance.errors import Conflict
from alliance.facts import AttendanceChanged, SeatsChanged
from alliance.joining import counted, moving_up
from alliance.models import Attendance, Person, Session
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import Viewer, once_visible_sessions, partner_viewer

ACTIVE = ("asked", "going", "maybe", "waiting")


async def end_attendances(uow: UnitOfWork, session: Session, who: ColumnElement[bool]) -> None:
    """Takes the places of people for whom `who` (a condition on Person) holds; `session` is locked."""
    ending = await uow.db.scalars(
        select(Attendance)
        .join(Attendance.person)
        .where(Attendance.session_id == session.id, Attendance.state.in_(ACTIVE), who)
        .order_by(Attendance.id)
        .options(selectinload(Attendance.person).selectinload(Person.company))
    )
    for attendance in ending.all():
        set_committed_value(attendance, "session", session)
        await change_state(uow, session, attendance, "declined", previous=attendance.state)


async def end_places_to_come(uow: UnitOfWork, who: ColumnElement[bool], *where: ColumnElement[bool]) -> None:
    """The same in every session of ours that is not over, or in those for which `where` (on Session) holds.

    Whoever waits moves up.
    """
    attended = (
        select(Session.id)
        .distinct()
        .join(Attendance, Attendance.session_id == Session.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(who, Attendance.state.in_(ACTIVE), Session.uri.is_(None), Session.ends_at > uow.now)
        .where(Session.withdrawn_at.is_(None), *where)
        .order_by(Session.id)
    )
    for session_id in (await uow.db.scalars(attended)).all():
        session = await locked_session(uow.db, session_id)
        if session is None:
            continue
        going = session.going_count
        await end_attendances(uow, session, who)
        await fill_places(uow, session)
        if session.going_count != going:
            uow.record(SeatsChanged(session))


async def end_attendances_out_of_sight(uow: UnitOfWork, session: Session) -> None:
    """Ends the attendances of everybody from elsewhere who may no longer see `session` (locked, ours)."""
    strangers = await uow.db.scalars(
        select(Person.company_id)
        .distinct()
        .join(Attendance, Attendance.person_id == Person.id)
        .where(Attendance.session_id == session.id, Attendance.state.in_(ACTIVE), Person.uri.is_not(None))
    )
    for company_id in strangers.all():
        if await is_visible(uow, session.id, partner_viewer(company_id)):
            continue
        of_company = Person.company_id == company_id if company_id else Person.company_id.is_(None)
        await end_attendances(uow, session, of_company & Person.uri.is_not(None))


async def fill_places(uow: UnitOfWork, session: Session) -> None:
    """Moves the waiting list up, in order, as far as there are places; `session` is locked and ours."""
    if session.waiting_count == 0 or session.status == "cancelled" or session.withdrawn_at is not None:
        return
    free = moving_up(session.capacity, session.going_count, session.waiting_count)
    if not free:
        return
    waiting = await uow.db.scalars(
        select(Attendance)
        .where(Attendance.session_id == session.id, Attendance.state == "waiting")
        .order_by(Attendance.since, Attendance.id)
        .limit(free)
        .options(selectinload(Attendance.person).selectinload(Person.company))
    )
    for attendance in waiting.all():
        set_committed_value(attendance, "session", session)
        await change_state(uow, session, attendance, "going", previous="waiting")


async def change_state(
    uow: UnitOfWork, session: Session, attendance: Attendance, state: str, previous: str | None
) -> None:
    """Writes the new state at a session of ours, keeps the counts, records the fact; `person` is loaded."""
    attendance.state = state
    attendance.since = uow.now
    if previous == "going":
        attendance.pass_version += 1
    await uow.db.flush()
    await _count(uow, session, previous, state)
    uow.record(AttendanceChanged(attendance, session, attendance.person, previous))


async def _count(uow: UnitOfWork, session: Session, former: str | None, state: str) -> None:
    """Moves one person in the session's counts; a place is only taken where the database still has one."""
    going, waiting = counted(former, state)
    if not going and not waiting:
        return
    change = update(Session).where(Session.id == session.id)
    if going > 0:
        change = change.where(or_(Session.capacity.is_(None), Session.going_count < Session.capacity))
    counts = await uow.db.execute(
        change.values(going_count=Session.going_count + going, waiting_count=Session.waiting_count + waiting)
        .returning(Session.going_count, Session.waiting_count)
        .execution_options(synchronize_session=False)
    )
    row = counts.one_or_none()
    if row is None:
        raise Conflict("Somebody was faster: the last place is taken.")
    await uow.db.refresh(session, ["going_count", "waiting_count"])


def new_attendance(uow: UnitOfWork, session: Session, person: Person, state: str) -> Attendance:
    attendance = Attendance(
        id=uow.new_id(),
        session=session,
        person=person,
        state=state,
        since=uow.now,
        created_at=uow.now,
        pass_version=0,
    )
    uow.db.add(attendance)
    return attendance


async def is_visible(uow: UnitOfWork, session_id: int, viewer: Viewer) -> bool:
    seen = select(Session.id).where(Session.id == session_id, once_visible_sessions(viewer))
    return await uow.db.scalar(seen) is not None
