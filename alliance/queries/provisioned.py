"""Accounts and groups as the company's directory looks at them: every account, also those made here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.errors import NotFound
from alliance.models import Employee, ProvisionedGroup, ProvisionedMember, ProvisionedUser

Thing = TypeVar("Thing")
MOST_SHOWN_MEMBERS = 50_000


@dataclass(frozen=True)
class Account:
    """An account with its person, how the directory describes it if it has, and its groups (number, name)."""

    employee: Employee
    described: ProvisionedUser | None
    groups: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Listed(Generic[Thing]):
    """A part of a list, and how many there are in all."""

    found: Sequence[Thing]
    total: int


async def account_of(db: AsyncSession, employee_id: int) -> Account:
    """One account. Raises NotFound, also for one that the directory has deleted. Two queries."""
    listed = await _described(db, _accounts().where(Employee.id == employee_id))
    if not listed:
        raise NotFound
    return listed[0]


async def accounts(
    db: AsyncSession, condition: ColumnElement[bool] | None, *, skip: int, limit: int
) -> Listed[Account]:
    """Those that fit, the oldest first; three queries. Pages are counted because RFC 7644 counts them."""
    query = _accounts() if condition is None else _accounts().where(condition)
    total = await db.scalar(query.with_only_columns(func.count(Employee.id))) or 0
    page = query.order_by(Employee.id).offset(skip).limit(limit)
    return Listed(await _described(db, page) if limit and skip < total else [], total)


async def group_of(db: AsyncSession, group_id: int) -> ProvisionedGroup:
    """One group. Raises NotFound."""
    found = await db.get(ProvisionedGroup, group_id)
    if found is None:
        raise NotFound
    return found


async def groups(
    db: AsyncSession, condition: ColumnElement[bool] | None, *, skip: int, limit: int
) -> Listed[ProvisionedGroup]:
    """The same for groups; two queries."""
    query = select(ProvisionedGroup)
    if condition is not None:
        query = query.where(condition)
    total = await db.scalar(query.with_only_columns(func.count(ProvisionedGroup.id))) or 0
    page = query.order_by(ProvisionedGroup.id).offset(skip).limit(limit)
    return Listed((await db.scalars(page)).all() if limit else [], total)


async def members_of(db: AsyncSession, groups: Collection[int]) -> dict[int, list[int]]:
    """The numbers of everybody in each of these groups."""
    found = (
        select(ProvisionedMember.group_id, ProvisionedMember.employee_id)
        .where(ProvisionedMember.group_id.in_(groups))
        .order_by(ProvisionedMember.group_id, ProvisionedMember.employee_id)
        .limit(MOST_SHOWN_MEMBERS)
    )
    members: dict[int, list[int]] = {}
    for group, number in await db.execute(found):
        members.setdefault(group, []).append(number)
    return members


def _accounts() -> Select[Employee, ProvisionedUser | None]:
    here = ProvisionedUser.left_at.is_(None)
    return (
        select(Employee, ProvisionedUser)
        .join(Employee.person)
        .outerjoin(ProvisionedUser, ProvisionedUser.employee_id == Employee.id)
        .where(here)
        .options(contains_eager(Employee.person))
    )


async def _described(db: AsyncSession, query: Select[Employee, ProvisionedUser | None]) -> list[Account]:
    rows = (await db.execute(query)).all()
    named = (
        select(ProvisionedMember.employee_id, ProvisionedGroup.id, ProvisionedGroup.name)
        .join(
            ProvisionedGroup,
            and_(
                ProvisionedGroup.id == ProvisionedMember.group_id,
                ProvisionedMember.employee_id.in_([employee.id for employee, _ in rows]),
            ),
        )
        .order_by(ProvisionedGroup.name)
    )
    groups: dict[int, tuple[tuple[int, str], ...]] = {}
    for number, group, name in await db.execute(named):
        groups[number] = (*groups.get(number, ()), (group, name))
    return [Account(employee, known, groups.get(employee.id, ())) for employee, known in rows]
