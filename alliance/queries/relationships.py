"""Where one of our people stands with others: what they follow, keep away, noted and marked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import AccountMark, AccountNote, Company, Distance, Interest, Person
from alliance.queries.distances import distances
from alliance.queries.known_accounts import known_accounts
from alliance.visibility import employee_viewer


@dataclass
class Relation:
    """One person's relation with one account; nobody is told who keeps them away."""

    account_id: int
    interest: Interest | None = None
    is_blocked: bool = False
    mute: Distance | None = None
    is_from_kept_domain: bool = False
    marks: set[str] = field(default_factory=set)
    note: str = ""


async def relations(
    db: AsyncSession,
    person_id: int,
    account_ids: Sequence[int],
    now: datetime,
    *,
    also: Collection[int] = (),
) -> list[Relation]:
    """With those of the accounts that the person may know, in the order given. Eight queries at most.

    `also`: accounts of whom the caller has found that the person knows them.
    """
    known = {*await known_accounts(db, employee_viewer(person_id), account_ids), *also}
    found = {number: Relation(number) for number in account_ids if number in known}
    if not found:
        return []
    for interest in await db.scalars(select(Interest).where(Interest.person_id == person_id)):
        one = found.get(interest.expert_id or interest.company_id or 0)
        if one is not None:
            one.interest = interest
    for distance in await db.scalars(
        select(Distance).where(Distance.person_id == person_id, Distance.account_id.in_(found))
    ):
        one = found[distance.account_id]
        if distance.kind == "block":
            one.is_blocked = True
        elif distance.until is None or distance.until > now:
            one.mute = distance
    await _add_marks(db, person_id, found)
    await _add_domains(db, person_id, found, now)
    return list(found.values())


async def _add_marks(db: AsyncSession, person_id: int, found: dict[int, Relation]) -> None:
    for mark in await db.scalars(
        select(AccountMark).where(AccountMark.person_id == person_id, AccountMark.account_id.in_(found))
    ):
        found[mark.account_id].marks.add(mark.kind)
    for note in await db.scalars(
        select(AccountNote).where(AccountNote.person_id == person_id, AccountNote.account_id.in_(found))
    ):
        found[note.account_id].note = note.text


async def _add_domains(db: AsyncSession, person_id: int, found: dict[int, Relation], now: datetime) -> None:
    kept = await distances(db, person_id, now)
    if not kept.domains:
        return
    hosts: CompoundSelect[Any] = union_all(
        select(Person.id, Person.host).where(Person.id.in_(found)),
        select(Company.id, Company.host).where(Company.id.in_(found), Company.is_home.is_(False)),
    )
    for number, host in (await db.execute(hosts)).all():
        # The host of an external source is a handle.
        found[number].is_from_kept_domain = kept.keeps_host(host.rpartition("@")[2] if host else None)
