"""Founds and ends alliances with other companies: the admin's side of it."""

from alliance.acts import Subject
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.facts import PartnerAccepted, PartnerDeclined, PartnerInvited, PartnerLeft, PartnerResumed
from alliance.introductions import Introduction, company_introduced
from alliance.models import Company, Employee, Partner
from alliance.partnership import end, enter, locked_partner, partner_of
from alliance.unit_of_work import UnitOfWork

__all__ = [
    "Introduction",
    "accept_company",
    "block_company",
    "decline_company",
    "invite_company",
    "leave_company",
    "pause_company",
    "resume_company",
    "unblock_company",
]

_CANNOT_INVITE = {
    "invited": "{name} has been invited already. They have not answered yet.",
    "allied": "You are allied with {name} already.",
    "paused": "The alliance with {name} is paused. Resume it instead.",
    "blocked": "{name} is blocked. Unblock it first.",
    "asking": "You have said yes to {name} already. Their confirmation is on its way.",
}


async def invite_company(uow: UnitOfWork, introduction: Introduction, by: Employee | None = None) -> Partner:
    """Asks a company to ally with us; if they asked before, that is a yes.

    `by` is the administrator, or None for the operator at the command line; so for every verb here. Raises
    Forbidden, Invalid, Conflict.
    """
    _refuse_unless_admin(by)
    company = await company_introduced(uow, introduction)
    partner = await partner_of(uow, company, "left")
    if partner.state == "asking" and not partner.we_said_yes:
        _note(uow, "partner.accepted", company, by)
        return await _say_yes(uow, partner, introduction.key_fingerprint)
    if partner.state != "left":
        raise Conflict(_CANNOT_INVITE[partner.state], name=company.name)
    await enter(uow, partner, "invited")
    partner.we_said_yes, partner.they_said_yes = True, False
    partner.key_fingerprint = introduction.key_fingerprint[:100]
    await uow.db.flush()
    uow.record(PartnerInvited(partner, company))
    _note(uow, "partner.invited", company, by)
    return partner


async def accept_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Says yes to a company that asks; allied once they have confirmed. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if partner.state == "asking" and partner.we_said_yes:
        raise Conflict(_CANNOT_INVITE["asking"], name=partner.company.name)
    if partner.state != "asking":
        raise Conflict("{name} is not asking for an alliance.", name=partner.company.name)
    _note(uow, "partner.accepted", partner.company, by)
    return await _say_yes(uow, partner)


async def decline_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Says no to a company that asks. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if partner.state != "asking" or partner.we_said_yes:
        raise Conflict("{name} is not asking for an alliance.", name=partner.company.name)
    await end(uow, partner, "left")
    uow.record(PartnerDeclined(partner, partner.company))
    _note(uow, "partner.declined", partner.company, by)
    return partner


async def pause_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Stops both directions without telling them; their sessions are hidden. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if partner.state != "allied":
        raise Conflict("You are not allied with {name}.", name=partner.company.name)
    await enter(uow, partner, "paused")
    _note(uow, "partner.paused", partner.company, by)
    return partner


async def resume_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Ends a pause. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if partner.state != "paused":
        raise Conflict("The alliance with {name} is not paused.", name=partner.company.name)
    partner.caught_up_at = None
    await enter(uow, partner, "allied")
    uow.record(PartnerResumed(partner, partner.company))
    _note(uow, "partner.resumed", partner.company, by)
    return partner


async def leave_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Ends an alliance, or takes an invitation or a yes back. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if not partner.we_said_yes:
        raise Conflict("There is no alliance with {name} to end.", name=partner.company.name)
    previous = partner.state
    uow.record(PartnerLeft(partner, partner.company, previous))
    await end(uow, partner, "left")
    _note(uow, "partner.left", partner.company, by)
    return partner


async def block_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Wants nothing from a company any more; what there was ends. Raises NotFound, Conflict."""
    _refuse_unless_admin(by)
    company = await uow.db.get(Company, company_id)
    if company is None or company.is_home:
        raise NotFound
    partner = await partner_of(uow, company, "left")
    if partner.state == "blocked":
        raise Conflict("{name} is blocked already.", name=company.name)
    if partner.we_said_yes or partner.they_said_yes:
        uow.record(PartnerLeft(partner, company, partner.state))
    await end(uow, partner, "blocked")
    _note(uow, "partner.blocked", company, by)
    return partner


async def unblock_company(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Partner:
    """Lets a company ask again, and us. Raises NotFound, Conflict."""
    partner = await _partner(uow, company_id, by)
    if partner.state != "blocked":
        raise Conflict("{name} is not blocked.", name=partner.company.name)
    await enter(uow, partner, "left")
    _note(uow, "partner.unblocked", partner.company, by)
    return partner


def _note(uow: UnitOfWork, act: str, company: Company, by: Employee | None) -> None:
    uow.audit(act, Subject("partner", company.host), by=by)


def _refuse_unless_admin(by: Employee | None) -> None:
    if by is not None and (by.disabled_at is not None or not by.has_role("admin")):
        raise Forbidden("Only administrators decide about alliances.")


async def _partner(uow: UnitOfWork, company_id: int, by: Employee | None) -> Partner:
    _refuse_unless_admin(by)
    partner = await locked_partner(uow, company_id)
    if partner is None:
        raise NotFound
    return partner


async def _say_yes(uow: UnitOfWork, partner: Partner, fingerprint: str | None = None) -> Partner:
    """The state stays `asking` until they have accepted what we ask of them in return."""
    partner.we_said_yes = True
    partner.since = uow.now
    if fingerprint is not None:
        partner.key_fingerprint = fingerprint[:100]
    await uow.db.flush()
    uow.record(PartnerAccepted(partner, partner.company))
    return partner
