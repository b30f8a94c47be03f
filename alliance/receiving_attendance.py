"""Takes in what other servers tell us about places: in our sessions, and in theirs."""

from sqlalchemy import select

from alliance.attending import attendance_of, consider_session, join_session, known_person, leave_session
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import AttendanceAnswered
from alliance.introductions import URI_LIMIT, is_uri_of
from alliance.joining import Voice
from alliance.models import Attendance, Partner, Person, Session
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork

_ANSWERS = ("going", "waiting", "declined")


async def receive_attendance_request(
    uow: UnitOfWork, session_id: int, person_id: int, request_uri: str, voice: Voice | None = None
) -> Attendance:
    """Somebody elsewhere asks for a place at one of ours. Raises what `join_session` raises."""
    await _refuse_unless_ours(uow, session_id)
    await _refuse_blocked(uow, person_id)
    return await join_session(uow, session_id, person_id, _short(request_uri), voice or Voice())


async def receive_attendance_doubt(
    uow: UnitOfWork, session_id: int, person_id: int, request_uri: str, voice: Voice | None = None
) -> Attendance:
    """Somebody elsewhere only may come to one of ours. Raises what `consider_session` raises."""
    await _refuse_unless_ours(uow, session_id)
    await _refuse_blocked(uow, person_id)
    return await consider_session(uow, session_id, person_id, _short(request_uri), voice or Voice())


async def receive_attendance_withdrawal(
    uow: UnitOfWork,
    session_id: int,
    person_id: int,
    request_uri: str | None = None,
    voice: Voice | None = None,
) -> Attendance | None:
    """Somebody elsewhere gives a place back. Raises what `leave_session` raises."""
    await _refuse_unless_ours(uow, session_id)
    said_with = _short(request_uri) if request_uri is not None else None
    return await leave_session(uow, session_id, person_id, said_with, voice)


async def receive_attendance_answer(
    uow: UnitOfWork,
    *,
    request_uri: str | None,
    session_uri: str,
    person_id: int,
    state: str,
    personal_link: str | None = None,
) -> Attendance:
    """A partner answers one of our employees: `going`, `waiting` or `declined`. The last answer wins.

    `request_uri` None means whatever the person asked last. Raises Invalid for another word, NotFound for an
    answer to nothing that was asked, Conflict when the person has given up meanwhile. A link that is not on
    the partner's own server is dropped.
    """
    if state not in _ANSWERS:
        raise Invalid(detail=f"attendance can't become {state[:20]}")
    session_id = await uow.db.scalar(select(Session.id).where(Session.uri == session_uri))
    session = await locked_session(uow.db, session_id) if session_id is not None else None
    if session is None:
        raise NotFound
    person = await known_person(uow, person_id)
    attendance = await attendance_of(uow, session, person)
    if attendance is None or (request_uri is not None and attendance.request_uri != request_uri):
        raise NotFound(detail="an answer to nothing that was asked")
    if attendance.state == "left":
        raise Conflict(detail="the person has given up meanwhile")
    previous, previous_link = attendance.state, _link_of(uow, attendance)
    if previous != state:
        attendance.state, attendance.since = state, uow.now
    attendance.personal_link = _sealed_link(uow, session, personal_link) if state == "going" else None
    await uow.db.flush()
    if previous != state or previous_link != _link_of(uow, attendance):
        uow.record(AttendanceAnswered(attendance, session, person, previous))
    return attendance


def _link_of(uow: UnitOfWork, attendance: Attendance) -> str | None:
    sealed = attendance.personal_link
    return uow.vault.open(sealed, PERSONAL_LINK_PURPOSE) if sealed else None


def _sealed_link(uow: UnitOfWork, session: Session, link: str | None) -> bytes | None:
    if link is None or not is_uri_of(session.company.origin, link):
        return None
    return uow.vault.seal(link, PERSONAL_LINK_PURPOSE)


async def _refuse_unless_ours(uow: UnitOfWork, session_id: int) -> None:
    ours = select(Session.id).where(Session.id == session_id, Session.uri.is_(None))
    if await uow.db.scalar(ours) is None:
        raise NotFound


async def _refuse_blocked(uow: UnitOfWork, person_id: int) -> None:
    blocked = (
        select(Partner.company_id)
        .join(Person, Person.company_id == Partner.company_id)
        .where(Person.id == person_id, Partner.state == "blocked")
    )
    if await uow.db.scalar(blocked) is not None:
        raise Forbidden(detail="a person of a blocked company asks")


def _short(request_uri: str) -> str:
    if len(request_uri) > URI_LIMIT:
        raise Invalid(detail="the identity of a request is too long")
    return request_uri
