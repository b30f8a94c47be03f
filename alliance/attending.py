"""Joins and leaves sessions, ours and our partners', and decides who gets a place.

Every verb locks the session's row first: whatever concerns one session happens one after the other.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from alliance.errors import Conflict, Forbidden, Gone, NotFound
from alliance.facts import AttendanceAsked, AttendanceChanged, AttendanceLeft, SeatsChanged
from alliance.joining import NoPlace, Verb, Voice, step
from alliance.models import Attendance, Employee, Person, Session
from alliance.personal_links import open_meeting, personal_token
from alliance.places import ACTIVE, change_state, fill_places, is_visible, new_attendance
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import Viewer, employee_viewer, is_host, partner_viewer

__all__ = [
    "approve_attendance",
    "consider_session",
    "decline_attendance",
    "join_session",
    "leave_session",
    "open_meeting",
    "personal_token",
    "refuse_unless_open",
    "renew_personal_link",
]


async def join_session(
    uow: UnitOfWork,
    session_id: int,
    person_id: int,
    request_uri: str | None = None,
    voice: Voice | None = None,
) -> Attendance:
    """Takes a place: going, waiting when full, asked when somebody else decides. Twice is the same as once.

    `request_uri` is the message by which somebody from elsewhere asks, in their `voice`; a new one is
    answered anew: the fact then tells a `previous` that equals the state. Raises NotFound, Gone, Forbidden,
    Conflict.
    """
    session, person, attendance = await _welcome(uow, session_id, person_id)
    if session.uri is not None:
        return await _ask_partner(uow, session, person, attendance)
    return await _move(uow, "join", session, person, attendance, request_uri, voice)


async def consider_session(
    uow: UnitOfWork,
    session_id: int,
    person_id: int,
    request_uri: str | None = None,
    voice: Voice | None = None,
) -> Attendance:
    """May come: known to the host, but takes no place and gives back one taken before; sessions of ours only.

    Raises NotFound, Gone, Forbidden, Conflict.
    """
    session, person, attendance = await _welcome(uow, session_id, person_id)
    if session.uri is not None:
        raise Conflict("Only the company that holds this session can note that.")
    return await _move(uow, "maybe", session, person, attendance, request_uri, voice)


async def leave_session(
    uow: UnitOfWork,
    session_id: int,
    person_id: int,
    request_uri: str | None = None,
    voice: Voice | None = None,
) -> Attendance | None:
    """Gives a place, a wait or a question back; the next in line moves up. Twice is the same as once.

    None when there never was an attendance. Raises NotFound, and Conflict when the session is over.
    """
    person = await known_person(uow, person_id)
    session = await locked_session(uow.db, session_id)
    if session is None:
        raise NotFound
    attendance = await attendance_of(uow, session, person)
    if attendance is None:
        return None
    if session.ends_at <= uow.now:
        raise NoPlace("This session is already over.", why="over")
    if session.uri is not None:
        return await _leave_partner(uow, session, person, attendance)
    return await _move(uow, "leave", session, person, attendance, request_uri, voice)


async def approve_attendance(uow: UnitOfWork, attendance_id: int, by: Employee | None) -> Attendance:
    """The host says yes: going, or waiting when full. Raises NotFound, Forbidden, Conflict."""
    session, attendance = await _for_host(uow, attendance_id, by)
    if session.status == "cancelled":
        raise Conflict("This session was cancelled.")
    return await _move(uow, "approve", session, attendance.person, attendance)


async def decline_attendance(uow: UnitOfWork, attendance_id: int, by: Employee | None) -> Attendance:
    """The host says no, also to somebody who is going. Raises NotFound, Forbidden, Conflict."""
    session, attendance = await _for_host(uow, attendance_id, by)
    return await _move(uow, "decline", session, attendance.person, attendance)


async def renew_personal_link(uow: UnitOfWork, attendance_id: int, by: Employee | None) -> Attendance:
    """Makes the personal link of somebody who is going void and gives out a new one.

    Raises NotFound, Forbidden, Conflict.
    """
    session, attendance = await _for_host(uow, attendance_id, by)
    if attendance.state != "going":
        raise Conflict("This person is not going.")
    attendance.pass_version += 1
    await uow.db.flush()
    uow.record(AttendanceChanged(attendance, session, attendance.person, previous="going"))
    return attendance


async def _welcome(
    uow: UnitOfWork, session_id: int, person_id: int
) -> tuple[Session, Person, Attendance | None]:
    """A session that the person may join, locked, and where they stand."""
    person = await known_person(uow, person_id)
    session = await _session_in_sight(uow, session_id, person)
    _refuse_unless_welcome(uow, session, person)
    return session, person, await attendance_of(uow, session, person)


async def _move(
    uow: UnitOfWork,
    verb: Verb,
    session: Session,
    person: Person,
    attendance: Attendance | None,
    request_uri: str | None = None,
    voice: Voice | None = None,
) -> Attendance:
    """Applies `verb` to an attendance of a session of ours that is locked."""
    going = session.going_count
    has_room = session.capacity is None or going < session.capacity
    previous = attendance.state if attendance else None
    is_new = request_uri is not None and (attendance is None or request_uri != attendance.request_uri)
    made = step(
        verb, previous, restricted=session.join_mode == "restricted", has_room=has_room, is_new=is_new
    )
    assert made.state is not None  # noqa: S101 - without an attendance every verb enters or refuses
    if attendance is None:
        attendance = new_attendance(uow, session, person, state="left")
    _hear(attendance, request_uri, voice)
    if made.state != previous:
        await change_state(uow, session, attendance, made.state, previous)
    elif made.told:
        await uow.db.flush()
        uow.record(AttendanceChanged(attendance, session, person, previous))
    await fill_places(uow, session)
    if session.going_count != going:
        uow.record(SeatsChanged(session))
    return attendance


def _hear(attendance: Attendance, request_uri: str | None, voice: Voice | None) -> None:
    """Remembers the message that spoke last and how it spoke."""
    if request_uri is not None:
        attendance.request_uri = request_uri
    if voice is not None:
        attendance.dialect, attendance.language = voice.dialect, voice.language or attendance.language


async def _ask_partner(
    uow: UnitOfWork, session: Session, person: Person, attendance: Attendance | None
) -> Attendance:
    if attendance is not None and attendance.state in ("asked", "going", "waiting"):
        return attendance
    if attendance is None:
        attendance = new_attendance(uow, session, person, state="asked")
    attendance.state, attendance.since = "asked", uow.now
    attendance.request_uri = attendance.personal_link = None
    await uow.db.flush()
    uow.record(AttendanceAsked(attendance, session, person))
    return attendance


async def _leave_partner(
    uow: UnitOfWork, session: Session, person: Person, attendance: Attendance
) -> Attendance:
    if attendance.state not in ACTIVE:
        return attendance
    attendance.state, attendance.since = "left", uow.now
    attendance.personal_link = None
    await uow.db.flush()
    uow.record(AttendanceLeft(attendance, session, person))
    return attendance


async def known_person(uow: UnitOfWork, person_id: int) -> Person:
    """Anybody, with company. Raises NotFound."""
    person = await uow.db.scalar(
        select(Person).where(Person.id == person_id).options(selectinload(Person.company))
    )
    if person is None:
        raise NotFound
    return person


async def attendance_of(uow: UnitOfWork, session: Session, person: Person) -> Attendance | None:
    """The attendance as it is now; `session` is locked and stays loaded as it is."""
    attendance = await uow.db.scalar(
        select(Attendance)
        .where(Attendance.session_id == session.id, Attendance.person_id == person.id)
        .execution_options(populate_existing=True)
    )
    if attendance is not None:
        set_committed_value(attendance, "session", session)
        set_committed_value(attendance, "person", person)
    return attendance


def _eyes_of(person: Person) -> Viewer:
    return employee_viewer(person.id) if person.uri is None else partner_viewer(person.company_id)


async def _session_in_sight(uow: UnitOfWork, session_id: int, person: Person) -> Session:
    session = await locked_session(uow.db, session_id)
    if session is None or not await is_visible(uow, session_id, _eyes_of(person)):
        raise NotFound
    if session.withdrawn_at is not None:
        raise Gone
    return session


def _refuse_unless_welcome(uow: UnitOfWork, session: Session, person: Person) -> None:
    if person.gone_at is not None:
        raise Forbidden("This account can't join sessions.")
    if is_host(person.id, session):
        raise NoPlace("You are the host: you take part anyway.", why="host")
    refuse_unless_open(session, uow.now)


def refuse_unless_open(session: Session, now: datetime) -> None:
    """Raises NoPlace while nobody can join a session, whoever it is."""
    if session.status == "cancelled":
        raise NoPlace("This session was cancelled.", why="cancelled")
    if session.status == "postponed":
        raise NoPlace("This session was put off and has no new date yet.", why="postponed")
    if session.ends_at <= now:
        raise NoPlace("This session is already over.", why="over")
    if session.join_mode == "external":
        raise NoPlace("The host takes registrations for this session elsewhere.", why="external")
    if session.join_mode == "none":
        raise NoPlace("This session needs no registration: just come along.", why="none")


async def _for_host(uow: UnitOfWork, attendance_id: int, by: Employee | None) -> tuple[Session, Attendance]:
    """The attendance and its session (locked), if `by` is the host; None is the operator."""
    session_id = await uow.db.scalar(select(Attendance.session_id).where(Attendance.id == attendance_id))
    session = await locked_session(uow.db, session_id) if session_id is not None else None
    if session is None or session.uri is not None:
        raise NotFound
    if by is not None and not is_host(by.id, session):
        raise Forbidden("Only the host decides who takes part.")
    if session.withdrawn_at is not None:
        raise Gone
    attendance = await uow.db.scalar(
        select(Attendance)
        .where(Attendance.id == attendance_id)
        .options(selectinload(Attendance.person).selectinload(Person.company))
        .execution_options(populate_existing=True)
    )
    if attendance is None:
        raise NotFound
    set_committed_value(attendance, "session", session)
    return session, attendance
