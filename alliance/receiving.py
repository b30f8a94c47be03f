"""Takes in what other servers tell us about themselves, their people, their sessions and attendances."""

from alliance.errors import Conflict, Forbidden, NotFound
from alliance.facts import PartnerAllied
from alliance.introductions import Introduction, company_introduced
from alliance.models import Company, Partner
from alliance.news import PersonNews, ProfileNews, SessionNews
from alliance.partnership import end, enter, locked_partner, partner_of
from alliance.receiving_attendance import (
    receive_attendance_answer,
    receive_attendance_doubt,
    receive_attendance_request,
    receive_attendance_withdrawal,
)
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
    "receive_attendance_doubt",
    "receive_attendance_request",
    "receive_attendance_withdrawal",
    "receive_company",
    "receive_person",
    "receive_session",
]


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


async def _partner(uow: UnitOfWork, company_id: int) -> Partner:
    partner = await locked_partner(uow, company_id)
    if partner is None:
        raise NotFound
    return partner
