"""Decides how whole domains are treated: silenced, without pictures, or shut out."""

from sqlalchemy import select

from alliance.acts import Subject
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import DomainTreated
from alliance.models import SEVERITIES, Company, DomainPolicy, Employee, Partner, Person
from alliance.models.domain_policy import Policies, domain_of, is_domain, is_treated
from alliance.partnership import end
from alliance.places import end_places_to_come
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork


async def treat_domain(
    uow: UnitOfWork,
    typed: str,
    severity: str,
    *,
    rejects_media: bool = False,
    reason: str = "",
    by: Employee | None = None,
) -> DomainPolicy:
    """Treats a domain and everything below it like this from now on, whatever was decided before.

    `by` is the administrator, or None for the operator at the command line. With `suspend` an alliance with a
    company there ends, their places here become free, and nobody is told. Raises Forbidden, Invalid for
    something that is no domain, Conflict for our own.
    """
    _refuse_unless_admin(by)
    domain = _domain(typed)
    if severity not in SEVERITIES or (severity == "none" and not rejects_media):
        raise Invalid("Please choose what is to happen.", field="severity")
    if Policies([DomainPolicy(domain=domain, severity="suspend")]).of(uow.settings.host).suspended:
        raise Conflict("That is this server itself.")
    policy = await uow.db.get(DomainPolicy, domain)
    if policy is None:
        policy = DomainPolicy(domain=domain, created_at=uow.now)
        uow.db.add(policy)
    policy.severity, policy.rejects_media = severity, rejects_media or severity == "suspend"
    policy.reason, policy.by_id, policy.updated_at = clean_line(reason, 500), by.id if by else None, uow.now
    await uow.db.flush()
    if severity == "suspend":
        await _end_alliances(uow)
        await end_places_to_come(uow, is_treated(Person.host, "suspend"))
    uow.record(DomainTreated(domain, suspended=severity == "suspend"))
    on = Subject("domain", domain)
    uow.audit("domain.treated", on, by=by, severity=severity, rejects_media=policy.rejects_media)
    return policy


async def free_domain(uow: UnitOfWork, typed: str, by: Employee | None = None) -> None:
    """Treats a domain like any other again; what it said before is back. Raises Forbidden, NotFound."""
    _refuse_unless_admin(by)
    policy = await uow.db.get(DomainPolicy, domain_of(typed))
    if policy is None:
        raise NotFound("Nothing has been decided about {domain}.", domain=typed[:100])
    await uow.db.delete(policy)
    await uow.db.flush()
    uow.record(DomainTreated(policy.domain, suspended=False))
    uow.audit("domain.freed", Subject("domain", policy.domain), by=by)


def _domain(typed: str) -> str:
    domain = domain_of(typed.strip().removeprefix("https://").removeprefix("http://").rstrip("/"))
    if not is_domain(domain):
        raise Invalid("{typed} is not a domain. Please write it like lernen.example.", field="domain",
                      typed=typed[:100])  # fmt: skip
    return domain


def _refuse_unless_admin(by: Employee | None) -> None:
    if by is not None and (by.disabled_at is not None or not by.has_role("admin")):
        raise Forbidden("Only administrators decide about domains.")


async def _end_alliances(uow: UnitOfWork) -> None:
    companies = await uow.db.scalars(
        select(Partner)
        .join(Company, Company.id == Partner.company_id)
        .where(is_treated(Company.host, "suspend"), Partner.state.not_in(("left", "blocked")))
        .order_by(Partner.company_id)
        .with_for_update(of=Partner)
    )
    for partner in companies.all():
        await end(uow, partner, "left")
