"""Confirms that somebody was at a session: they say so themselves, or its host where the company allows it.

Nothing is ever concluded from clicks. A confirmation lies at the home of whoever learned, also where the
session is another company's; that company learns nothing of it.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.badges import take_back_badges
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.learning_records import take_back_attended, tell_attended
from alliance.learning_settings import learning_setting
from alliance.models import Attendance, Confirmation, Employee, Person, Session
from alliance.queries.sessions import find
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer, hosts_of, is_host

CONFIRM_FOR = timedelta(days=90)
"""After the end of a session."""
REVOCABLE_FOR = timedelta(days=30)
"""After it was confirmed."""
_PLACES = ("going", "maybe")
# Nobody registers here for these, so everybody may have been there.
_WITHOUT_PLACES = ("none", "external")


def may_confirm(session: Session, attendance: Attendance | None, person_id: int) -> bool:
    """Whether this person can say that they were at a session that they may see, whenever it was.

    Those who held it were there anyway, and what external sources list is nobody's learning session.
    """
    if session.status != "scheduled" or session.author_uri is not None or person_id in hosts_of(session):
        return False
    had_place = attendance is not None and attendance.state in _PLACES
    return had_place or session.join_mode in _WITHOUT_PLACES


async def confirm(uow: UnitOfWork, session_id: int, by: Employee) -> Confirmation:
    """One of our people says "I was there"; twice is once.

    Raises NotFound and Gone for what they may not see, Conflict before the end, after three months, and for
    whoever had no place.
    """
    session = await find(uow.db, employee_viewer(by.id), session_id)
    attendance = await uow.db.scalar(
        select(Attendance).where(Attendance.session_id == session_id, Attendance.person_id == by.id)
    )
    if not may_confirm(session, attendance, by.id):
        raise Conflict("Only people who had a place there can confirm it.")
    _check_time(uow, session)
    found = await _locked(uow, session, by.id)
    if found.holds and found.own_at is not None:
        return found
    was_there = found.holds
    found.own_at = uow.now
    await _now_holds(uow, found, session, was_there=was_there)
    return found


async def take_back(uow: UnitOfWork, confirmation_id: int, by: Employee) -> Confirmation:
    """The person takes it back, whoever said it; badges made of it are void from now on. Twice is once.

    Raises NotFound, and Conflict when it is older than a month.
    """
    found = await uow.db.scalar(
        select(Confirmation)
        .where(Confirmation.id == confirmation_id, Confirmation.person_id == by.id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    if not found.holds:
        return found
    if found.confirmed_at + REVOCABLE_FOR <= uow.now:
        raise Conflict("A confirmation can be taken back for a month.")
    found.own_at, found.taken_back_at = None, uow.now
    await take_back_badges(uow, found.id)
    await take_back_attended(uow, found)
    await uow.db.flush()
    return found


async def confirm_guests(
    uow: UnitOfWork, session_id: int, person_ids: Collection[int], by: Employee
) -> list[int]:
    """The host says which of the company's people who were going were there; the rest is as before.

    Whom the host has named once stays named. Returns who is named for the first time.
    Raises NotFound, Gone, Forbidden for everybody but the host and where the company does not allow it, and
    Conflict outside of the time.
    """
    session = await find(uow.db, employee_viewer(by.id), session_id)
    if session.uri is not None or not is_host(by.id, session):
        raise Forbidden("Only the host can change this session.")
    if not (await learning_setting(uow.db)).hosts_confirm:
        raise Forbidden("In this company people confirm themselves that they were there.")
    _check_time(uow, session)
    wanted = set(person_ids)
    named = []
    for attendance in await guests_of_company(uow.db, session):
        if attendance.person_id in wanted and await _confirm_guest(uow, session, attendance.person_id):
            named.append(attendance.person_id)
    return named


async def guests_of_company(db: AsyncSession, session: Session) -> list[Attendance]:
    """Who of our own people was going, by name; for the host, who sees them anyway."""
    rows = await db.scalars(
        select(Attendance)
        .join(Attendance.person)
        .where(
            Attendance.session_id == session.id,
            Attendance.state == "going",
            Attendance.closed_at.is_(None),
            Person.uri.is_(None),
            Person.gone_at.is_(None),
        )
        .order_by(Person.name, Person.id)
        .options(joinedload(Attendance.person))
    )
    return [one for one in rows.all() if one.person_id not in hosts_of(session)]


async def named_by_host(db: AsyncSession, session_id: int) -> set[int]:
    """Whom the host has named, whatever they themselves did with it."""
    named = Confirmation.session_id == session_id, Confirmation.host_at.is_not(None)
    return set(await db.scalars(select(Confirmation.person_id).where(*named)))


async def _confirm_guest(uow: UnitOfWork, session: Session, person_id: int) -> bool:
    found = await _locked(uow, session, person_id)
    if found.host_at is not None:
        return False
    was_there = found.holds
    found.host_at = uow.now
    if found.taken_back_at is None:
        await _now_holds(uow, found, session, was_there=was_there)
    return True


def _check_time(uow: UnitOfWork, session: Session) -> None:
    if session.status != "scheduled":
        raise Conflict("This session did not take place.")
    if session.ends_at > uow.now:
        raise Conflict("This session is not over yet.")
    if session.ends_at + CONFIRM_FOR <= uow.now:
        raise Conflict("Attendance can be confirmed for three months after a session.")


async def _now_holds(uow: UnitOfWork, found: Confirmation, session: Session, *, was_there: bool) -> None:
    found.taken_back_at = None
    if not was_there:
        found.confirmed_at = uow.now
        await tell_attended(uow, found, session)
    await uow.db.flush()


async def _locked(uow: UnitOfWork, session: Session, person_id: int) -> Confirmation:
    """The one row of a person and a session, made if there is none."""
    origin = uow.settings.origin
    made = insert(uow.db, Confirmation).values(
        id=uow.new_id(),
        person_id=person_id,
        session_id=session.id,
        session_uri=session.uri or f"{origin}/sessions/{session.id}",
        title=session.title,
        language=session.language,
        company=session.company.name,
        company_uri=session.company.uri or f"{origin}/company",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        confirmed_at=uow.now,
    )
    await uow.db.execute(made.on_conflict_do_nothing(index_elements=["person_id", "session_id"]))
    found = await uow.db.execute(
        select(Confirmation)
        .where(Confirmation.person_id == person_id, Confirmation.session_id == session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.scalar_one()
