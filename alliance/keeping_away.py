"""Our people keep others away: block them, mute them for a while, want nothing from a domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import (
    MOST_DISTANCES,
    MOST_DOMAINS,
    AppList,
    AppListMember,
    Company,
    Distance,
    DomainDistance,
    Interest,
    Person,
)
from alliance.models.domain_policy import domain_of, is_domain
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

_SILENT: dict[str, Any] = {"synchronize_session": False}


async def block(uow: UnitOfWork, person_id: int, account_id: int) -> None:
    """Nothing of them any more, no notification and no letter; they are no longer followed or on a list.

    They are told nothing. Raises NotFound, Conflict for oneself and beyond 2,000.
    """
    await _put(uow, person_id, account_id, "block", hides_notifications=True, until=None)
    lists = select(AppList.id).where(AppList.person_id == person_id)
    about_them = or_(Interest.expert_id == account_id, Interest.company_id == account_id)
    on_lists = (AppListMember.list_id.in_(lists), AppListMember.account_id == account_id)
    for gone in (
        delete(Interest).where(Interest.person_id == person_id, about_them),
        delete(AppListMember).where(*on_lists),
    ):
        await uow.db.execute(gone, execution_options=_SILENT)


async def mute(
    uow: UnitOfWork,
    person_id: int,
    account_id: int,
    *,
    notifications: bool = True,
    until: datetime | None = None,
) -> None:
    """Nothing of them in timelines, nor (with `notifications`) in notifications; the last word counts.

    Raises NotFound, Conflict for oneself and beyond 2,000.
    """
    await _put(uow, person_id, account_id, "mute", hides_notifications=notifications, until=until)


async def unblock(uow: UnitOfWork, person_id: int, account_id: int) -> None:
    """They are seen again, and can be followed. Twice is once."""
    await _let_near(uow, person_id, account_id, "block")


async def unmute(uow: UnitOfWork, person_id: int, account_id: int) -> None:
    """They are heard again. Twice is once."""
    await _let_near(uow, person_id, account_id, "mute")


async def block_domain(uow: UnitOfWork, person_id: int, name: str) -> str:
    """Nothing from this host any more; who is followed there no longer is. The domain as it is kept.

    Raises Invalid for what is no domain and for our own, Conflict beyond 200.
    """
    domain = domain_of(name)
    if not is_domain(domain) or domain == domain_of(uow.settings.host):
        raise Invalid("That is no domain that can be kept away.", field="domain")
    count = select(func.count()).where(DomainDistance.person_id == person_id)
    if (await uow.db.scalar(count) or 0) >= MOST_DOMAINS:
        raise Conflict("You keep {limit} domains away already.", limit=MOST_DOMAINS)
    row = {"id": uow.new_id(), "person_id": person_id, "domain": domain, "since": uow.now}
    await uow.db.execute(insert(uow.db, DomainDistance).values(row).on_conflict_do_nothing())
    # A company's row names its host with the port, if it has one.
    spelled = (domain, f"{domain}:%")
    people = select(Person.id).where(or_(Person.host == spelled[0], Person.host.like(spelled[1])))
    companies = select(Company.id).where(or_(Company.host == spelled[0], Company.host.like(spelled[1])))
    there = or_(Interest.expert_id.in_(people), Interest.company_id.in_(companies))
    await uow.db.execute(
        delete(Interest).where(Interest.person_id == person_id, there), execution_options=_SILENT
    )
    return domain


async def unblock_domain(uow: UnitOfWork, person_id: int, name: str) -> None:
    """What comes from there is seen again. Twice is once."""
    mine = delete(DomainDistance).where(
        DomainDistance.person_id == person_id, DomainDistance.domain == domain_of(name)
    )
    await uow.db.execute(mine, execution_options=_SILENT)


async def refuse_unless_somebody(uow: UnitOfWork, person_id: int, account_id: int) -> None:
    """Raises NotFound where nobody has this identifier any more, Conflict where it is one's own."""
    if account_id == person_id:
        raise Conflict("That is you.")
    somebody = or_(
        exists().where(Person.id == account_id, Person.gone_at.is_(None)),
        exists().where(Company.id == account_id),
    )
    if not await uow.db.scalar(select(somebody)):
        raise NotFound


async def _put(
    uow: UnitOfWork,
    person_id: int,
    account_id: int,
    kind: str,
    *,
    hides_notifications: bool,
    until: datetime | None,
) -> None:
    await refuse_unless_somebody(uow, person_id, account_id)
    count = select(func.count()).where(Distance.person_id == person_id, Distance.account_id != account_id)
    if (await uow.db.scalar(count) or 0) >= MOST_DISTANCES:
        raise Conflict("You keep {limit} others away already.", limit=MOST_DISTANCES)
    said = {"hides_notifications": hides_notifications, "until": until}
    row = {"person_id": person_id, "account_id": account_id, "kind": kind, **said}
    await uow.db.execute(
        insert(uow.db, Distance)
        .values(id=uow.new_id(), since=uow.now, **row)
        .on_conflict_do_update(index_elements=["person_id", "kind", "account_id"], set_=said)
    )


async def _let_near(uow: UnitOfWork, person_id: int, account_id: int, kind: str) -> None:
    mine = (Distance.person_id == person_id, Distance.account_id == account_id, Distance.kind == kind)
    await uow.db.execute(delete(Distance).where(*mine), execution_options=_SILENT)
