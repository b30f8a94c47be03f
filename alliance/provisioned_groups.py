"""Groups of the company's directory, and the roles that they give (SCIM 2.0, RFC 7644)."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Invalid, NotFound
from alliance.identities import change_roles, roles_from
from alliance.models import Employee, ProvisionedGroup, ProvisionedMember
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

_PORTION = 500


async def make_group(uow: UnitOfWork, name: str, external_id: str | None) -> ProvisionedGroup:
    """A group without members. Raises Invalid, Conflict for a name or key that another one has."""
    group = ProvisionedGroup(id=uow.new_id(), created_at=uow.now)
    await _name(uow, group, name, external_id)
    uow.db.add(group)
    await uow.db.flush()
    return group


async def group_to_change(uow: UnitOfWork, group_id: int) -> ProvisionedGroup:
    """The group, kept for this change alone. Raises NotFound."""
    found = await uow.db.scalar(
        select(ProvisionedGroup).where(ProvisionedGroup.id == group_id).with_for_update()
    )
    if found is None:
        raise NotFound
    return found


async def rename_group(uow: UnitOfWork, group: ProvisionedGroup, name: str, external_id: str | None) -> None:
    """Another name gives other roles. Raises Invalid, Conflict."""
    before = group.name
    await _name(uow, group, name, external_id)
    await uow.db.flush()
    if before != group.name:
        await _follow_roles(uow, await _members(uow.db, group.id))


async def add_members(uow: UnitOfWork, group: ProvisionedGroup, employees: Iterable[int]) -> None:
    """Whoever is a member already stays one. Raises Invalid for somebody who has no account."""
    wanted = set(employees)
    known = set()
    for part in _portions(wanted):
        known |= set(await uow.db.scalars(select(Employee.id).where(Employee.id.in_(part))))
    if wanted - known:
        raise Invalid("There is no such account.", field="members")
    for part in _portions(wanted):
        rows = [{"group_id": group.id, "employee_id": number} for number in part]
        await uow.db.execute(insert(uow.db, ProvisionedMember).on_conflict_do_nothing(), rows)
    group.updated_at = uow.now
    await _follow_roles(uow, wanted)


async def remove_members(uow: UnitOfWork, group: ProvisionedGroup, employees: Iterable[int]) -> None:
    """Whoever is none stays none."""
    gone = set(employees)
    for part in _portions(gone):
        await uow.db.execute(delete(ProvisionedMember).where(_is_in(group.id, part)))
    group.updated_at = uow.now
    await _follow_roles(uow, gone)


async def set_members(uow: UnitOfWork, group: ProvisionedGroup, employees: Iterable[int]) -> None:
    """These and nobody else."""
    wanted, there = set(employees), await _members(uow.db, group.id)
    await add_members(uow, group, wanted - there)
    await remove_members(uow, group, there - wanted)


async def end_group(uow: UnitOfWork, group: ProvisionedGroup) -> None:
    """Its members lose what it gave them."""
    former = await _members(uow.db, group.id)
    await uow.db.execute(delete(ProvisionedMember).where(ProvisionedMember.group_id == group.id))
    await uow.db.delete(group)
    await uow.db.flush()
    await _follow_roles(uow, former)


async def _name(uow: UnitOfWork, group: ProvisionedGroup, name: str, external_id: str | None) -> None:
    name = clean_line(name)
    if not 1 <= len(name) <= 255:
        raise Invalid("Please type a name of up to {limit} characters.", field="displayName", limit=255)
    taken = select(ProvisionedGroup.id).where(
        (ProvisionedGroup.name_key == name.lower()) | (ProvisionedGroup.external_id == (external_id or "")),
        ProvisionedGroup.id != group.id,
    )
    if await uow.db.scalar(taken.limit(1)) is not None:
        raise Conflict("There is a group with this name or key already.")
    group.name, group.name_key, group.external_id = name, name.lower(), external_id
    group.updated_at = uow.now


async def _groups_of_each(db: AsyncSession, employees: Collection[int]) -> dict[int, tuple[str, ...]]:
    found = (
        select(ProvisionedMember.employee_id, ProvisionedGroup.name)
        .join(ProvisionedGroup, ProvisionedGroup.id == ProvisionedMember.group_id)
        .where(ProvisionedMember.employee_id.in_(employees))
    )
    names: dict[int, tuple[str, ...]] = {}
    for number, name in await db.execute(found):
        names[number] = (*names.get(number, ()), name)
    return names


async def _members(db: AsyncSession, group_id: int) -> set[int]:
    return set(
        await db.scalars(select(ProvisionedMember.employee_id).where(ProvisionedMember.group_id == group_id))
    )


async def _follow_roles(uow: UnitOfWork, employees: Collection[int]) -> None:
    """Those concerned get exactly the roles of the groups they are in, where groups give roles at all."""
    if not employees or roles_from((), uow.settings) is None:
        return
    for part in _portions(employees):
        found = select(Employee).where(Employee.id.in_(part))
        belongs = await _groups_of_each(uow.db, part)
        for employee in (await uow.db.scalars(found)).all():
            roles = roles_from(belongs.get(employee.id, ()), uow.settings, employee.roles)
            await change_roles(uow, employee, roles or ("employee",))


def _is_in(group_id: int, employees: Collection[int]) -> ColumnElement[bool]:
    return (ProvisionedMember.group_id == group_id) & ProvisionedMember.employee_id.in_(employees)


def _portions(numbers: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(numbers)
    return (ordered[start : start + _PORTION] for start in range(0, len(ordered), _PORTION))
