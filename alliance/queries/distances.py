"""Whom somebody keeps away, as a set and as conditions on what others did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from alliance.database import WholeNumber
from alliance.models import Company, Distance, DomainDistance, Person
from alliance.models.domain_policy import domain_of

Accounts = InstrumentedAttribute[int] | InstrumentedAttribute[int | None] | ColumnElement[int]


@dataclass(frozen=True)
class Distances:
    """Whom one person keeps away at one moment: identifiers of people and companies, and domains."""

    blocked: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()
    domains: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.blocked or self.muted or self.domains)

    def keeps(self, account_id: int | None, host: str | None = None) -> bool:
        """Whether this account, at home on `host` (None: here), is kept away."""
        return account_id in self.blocked or account_id in self.muted or self.keeps_host(host)

    def keeps_host(self, host: str | None) -> bool:
        """Whether everything from this host is kept away; None is here."""
        return bool(self.domains and host and domain_of(host) in self.domains)


NOBODY = Distances()


async def distances(db: AsyncSession, person_id: int | None, now: datetime) -> Distances:
    """All of one person's; nobody's for somebody unknown. One query."""
    if person_id is None:
        return NOBODY
    accounts = select(cast(Distance.kind, String), Distance.account_id, cast(null(), String)).where(
        Distance.person_id == person_id, _holds(now)
    )
    domains = select(literal("domain", String), literal(0, WholeNumber), DomainDistance.domain).where(
        DomainDistance.person_id == person_id
    )
    rows = (await db.execute(union_all(accounts, domains))).all()
    return Distances(
        frozenset(number for kind, number, _ in rows if kind == "block"),
        frozenset(number for kind, number, _ in rows if kind == "mute"),
        frozenset(domain for kind, _, domain in rows if kind == "domain"),
    )


def is_kept_away(
    person_id: int, account: Accounts, now: datetime, *, notifications: bool = False
) -> ColumnElement[bool]:
    """Whether a column names somebody whom this person keeps away, by themselves or by their domain.

    With `notifications` only who is kept from notifying, which a mute need not mean.
    """
    kinds = [Distance.hides_notifications] if notifications else []
    by_name = exists().where(
        Distance.person_id == person_id, Distance.account_id == account, _holds(now), *kinds
    )
    return or_(by_name, _is_of_kept_domain(person_id, account))


def _is_of_kept_domain(person_id: int, account: Accounts) -> ColumnElement[bool]:
    mine = and_(DomainDistance.person_id == person_id)
    of_person = exists().where(mine, Person.id == account, _is_of(Person.host))
    of_company = exists().where(mine, Company.id == account, Company.is_home.is_(False), _is_of(Company.host))
    # Asked first: nearly nobody keeps a whole domain away.
    return and_(exists().where(mine), or_(of_person, of_company))


def _is_of(host: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """With and without a port; the host of an external source is a handle that ends with it."""
    bare, domain = func.lower(host), DomainDistance.domain
    return or_(bare == domain, bare.like(domain + ":%"), bare.like("%@" + domain))


def _holds(now: datetime) -> ColumnElement[bool]:
    return or_(Distance.until.is_(None), Distance.until > now)


async def blocks_between(db: AsyncSession, person_id: int, others: Iterable[int]) -> set[int]:
    """Those of `others`, our own people, who block this person; for nobody to be shown. One query."""
    found = select(Distance.person_id).where(
        Distance.person_id.in_(list(others)), Distance.kind == "block", Distance.account_id == person_id
    )
    return set((await db.scalars(found)).all())
