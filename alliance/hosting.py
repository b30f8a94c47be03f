"""Asks people to hold a session of ours together with its host; they say yes or no, or step down.

Nobody is shown as a host who has not said yes. People of other companies decide nothing about a session of
ours: they are shown, and they get in.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.co_hosts import ASKED_OR_IN, co_host_rows, end_one, settle_co_hosts, tell_new_hosts
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import HostingAnswered, HostingAsked
from alliance.models import MOST_CO_HOSTS, CoHost, Employee, Person, Session
from alliance.publishing import session_to_change
from alliance.queries.hosting import can_be_asked
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import Viewer, once_visible_sessions

ASK_AGAIN_AFTER = timedelta(days=1)
"""Who has said no is left alone for so long."""


async def ask_to_host(uow: UnitOfWork, session_id: int, person_id: int, by: Employee | None) -> CoHost:
    """Asks a colleague, or an expert of an allied company; asking twice is the same as once.

    `by` None is the operator. Raises NotFound for whoever can't be asked, Gone, Forbidden for everybody but
    the host and moderators, Invalid where the session stays in the house, and Conflict when it is over or
    cancelled, for the host, after a no within a day, and for more than five.
    """
    session = await _session_to_share(uow, session_id, by)
    person = await _askable(uow, session, person_id, by)
    rows = {row.person_id: row for row in await co_host_rows(uow, session)}
    known = rows.get(person.id)
    if known is not None and known.state in ASKED_OR_IN:
        return known
    if known is not None and known.state == "no" and known.since > uow.now - ASK_AGAIN_AFTER:
        raise Conflict("{name} has said no.", name=person.name)
    if sum(row.state in ASKED_OR_IN for row in rows.values()) >= MOST_CO_HOSTS:
        raise Conflict("At most {limit} people can hold a session with you.", limit=MOST_CO_HOSTS)
    co_host = known or CoHost(id=uow.new_id(), session_id=session.id, person_id=person.id)
    co_host.state, co_host.since, co_host.answer_uri = "asked", uow.now, None
    uow.db.add(co_host)
    await uow.db.flush()
    uow.record(HostingAsked(co_host, session, person))
    return co_host


async def take_hosting_back(uow: UnitOfWork, session_id: int, person_id: int, by: Employee | None) -> None:
    """The host no longer wants this person beside them; twice is the same as once.

    Raises NotFound, Gone, Forbidden.
    """
    session = await _session_to_share(uow, session_id, by, still=False)
    for co_host in await co_host_rows(uow, session, CoHost.person_id == person_id):
        if co_host.state in ASKED_OR_IN:
            end_one(uow, co_host, session)
    await tell_new_hosts(uow, session)


async def answer_hosting(uow: UnitOfWork, session_id: int, employee_id: int, *, yes: bool) -> CoHost:
    """One of our people says yes or no to holding a session, ours or an ally's; no also steps down.

    The last word counts while the question stands. Raises NotFound where nobody asks, and Conflict for a yes
    to what is over or was called off.
    """
    session = await locked_session(uow.db, session_id)
    rows = await co_host_rows(uow, session, CoHost.person_id == employee_id) if session is not None else ()
    if session is None or not rows or rows[0].state not in ASKED_OR_IN:
        raise NotFound("Nobody asks you to hold this session, or no longer.")
    co_host = rows[0]
    wanted = "yes" if yes else "no"
    if co_host.state == wanted:
        return co_host
    if yes:
        await _refuse_lost(uow, session, employee_id)
    previous = co_host.state
    co_host.state, co_host.since, co_host.personal_link = wanted, uow.now, None
    uow.record(HostingAnswered(co_host, session, co_host.person, previous))
    if session.uri is None:
        await tell_new_hosts(uow, session)
    else:
        await settle_co_hosts(uow, session)
    return co_host


def may_share(session: Session, by: Employee) -> bool:
    """Whether `by` decides who holds a session of ours: its host, and moderators."""
    is_open = by.disabled_at is None and session.uri is None
    return is_open and (session.host_id == by.id or by.has_role("moderator"))


async def _session_to_share(
    uow: UnitOfWork, session_id: int, by: Employee | None, *, still: bool = True
) -> Session:
    """A session of ours, locked; `still`: to come, and not cancelled."""
    session = await session_to_change(uow, session_id, by)
    if by is not None and not may_share(session, by):
        raise Forbidden("Only the host asks people to hold this session too.")
    if still and session.status == "cancelled":
        raise Conflict("This session was cancelled.")
    if still and session.ends_at <= uow.now:
        raise Conflict("This session is already over.")
    return session


async def _askable(uow: UnitOfWork, session: Session, person_id: int, by: Employee | None) -> Person:
    viewer = Viewer("employee", person_id=by.id if by else None)
    person = await uow.db.scalar(
        select(Person).where(Person.id == person_id, can_be_asked(viewer)).options(joinedload(Person.company))
    )
    if person is None:
        raise NotFound("There is nobody of that name who can be asked.")
    if person.id == session.host_id:
        raise Conflict("{name} is the host already.", name=person.name)
    if person.uri is not None and session.audience == "company":
        raise Invalid("Only colleagues can hold a session that never leaves the house.", field="co_hosts")
    return person


async def _refuse_lost(uow: UnitOfWork, session: Session, employee_id: int) -> None:
    eyes = Viewer("employee", person_id=employee_id)
    seen = select(Session.id).where(Session.id == session.id, once_visible_sessions(eyes))
    if session.withdrawn_at is not None or await uow.db.scalar(seen) is None:
        raise NotFound("Nobody asks you to hold this session, or no longer.")
    if session.status == "cancelled":
        raise Conflict("This session was cancelled.")
    if session.ends_at <= uow.now:
        raise Conflict("This session is already over.")
