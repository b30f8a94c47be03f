"""Takes in what other servers tell us about themselves, their people, their sessions and attendances."""

from sqlalchemy import select

from alliance.attending import attendance_of, join_session, known_person, leave_session
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import PartnerAllied
from alliance.introductions import URI_LIMIT, Introduction, company_introduced, is_uri_of
from alliance.models import Attendance, Company, Partner, Person, Session
from alliance.news import PersonNews, ProfileNews, SessionNews
from alliance.partnership import end, enter, locked_partner, partner_of
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.queries.sessions import locked_session
from alliance.receiving_people import forget_person, receive_person
from alliance.receiving_sessions import forget_session, receive_session
from alliance.unit_of_work import UnitOfWork

CompanyNews = Introduction

__all__ = [
    "CompanyNews",
    "PersonNews",
    "ProfileNews",
    "SessionNews",
    "forget_person",
    "forget_session",
    "partner_allied",
    "partner_asked",
    "partner_ended",
    "receive_attendance_answer",
    "receive_attendance_request",
    "receive_attendance_withdrawal",
    "receive_company",
    "receive_person",
    "receive_session",
]

_ANSWERS = ("going", "waiting", "declined")


async def receive_company(uow: UnitOfWork, introduction: CompanyNews) -> Company:
    """What a company says about itself now. Raises Invalid for nonsense, Conflict for our own origin."""
    return await company_introduced(uow, introduction)


async def partner_asked(uow: UnitOfWork, introduction: Introduction) -> Partner:
    """They want to ally with us. With `we_said_yes` the caller can confirm at once.

    Raises Forbidden for a blocked company, Invalid for nonsense.
    """
    company = await company_introduced(uow, introduction)
    partner = await partner_of(uow, company, "left")
    if partner.state == "blocked":
        raise Forbidden(detail="a blocked company asks")
    if partner.state == "left":
        await enter(uow, partner, "asking")
        partner.key_fingerprint = introduction.key_fingerprint[:100]
    partner.they_said_yes = True
    partner.last_heard_at = uow.now
    await uow.db.flush()
    return partner


async def partner_allied(uow: UnitOfWork, company_id: int) -> Partner:
    """Both sides have confirmed. Raises NotFound, and Conflict unless we said yes ourselves."""
    partner = await _partner(uow, company_id)
    if partner.state in ("allied", "paused"):
        return partner
    if not partner.we_said_yes:
        raise Conflict(detail=f"allied without our yes, state {partner.state}")
    partner.they_said_yes = True
    partner.caught_up_at = None
    await enter(uow, partner, "allied")
    uow.record(PartnerAllied(partner, partner.company))
    return partner


async def partner_ended(uow: UnitOfWork, company_id: int) -> Partner:
    """They declined, left, or took their question back. Raises NotFound."""
    partner = await _partner(uow, company_id)
    if partner.state not in ("left", "blocked"):
        await end(uow, partner, "left", by_them=True)
    return partner


async def receive_attendance_request(
    uow: UnitOfWork, session_id: int, person_id: int, request_uri: str
) -> Attendance:
    """Somebody elsewhere asks for a place at one of ours. Raises what `join_session` raises."""
    await _refuse_unless_ours(uow, session_id)
    await _refuse_blocked(uow, person_id)
    return await join_session(uow, session_id, person_id, request_uri=_short(request_uri))


async def receive_attendance_withdrawal(
    uow: UnitOfWork, session_id: int, person_id: int
) -> Attendance | None:
    """Somebody elsewhere gives a place back. Raises what `leave_session` raises."""
    await _refuse_unless_ours(uow, session_id)
    return await leave_session(uow, session_id, person_id)


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
    attendance = await attendance_of(uow, session, await known_person(uow, person_id))
    if attendance is None or (request_uri is not None and attendance.request_uri != request_uri):
        raise NotFound(detail="an answer to nothing that was asked")
    if attendance.state == "left":
        raise Conflict(detail="the person has given up meanwhile")
    if attendance.state != state:
        attendance.state, attendance.since = state, uow.now
    attendance.personal_link = _sealed_link(uow, session, personal_link) if state == "going" else None
    await uow.db.flush()
    return attendance


def _sealed_link(uow: UnitOfWork, session: Session, link: str | None) -> bytes | None:
    if link is None or not is_uri_of(session.company.origin, link):
        return None
    return uow.vault.seal(link, PERSONAL_LINK_PURPOSE)


async def _partner(uow: UnitOfWork, company_id: int) -> Partner:
    partner = await locked_partner(uow, company_id)
    if partner is None:
        raise NotFound
    return partner


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
