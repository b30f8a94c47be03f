"""Groups of the company's directory, and the roles that they give (SCIM 2.0, RFC 7644)."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Invalid, NotFound
from alliance.identities import change_roles, roles_from
from alliance.models import ROLES, Employee, ProvisionedGroup, ProvisionedMember, ProvisionedUser
from alliance.settings import Settings
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
        await _follow_roles(uow, await _members(uow.db, group.id), (before, group.name))


async def add_members(uow: UnitOfWork, group: ProvisionedGroup, employees: Iterable[int]) -> None:
    """Whoever is a member already stays one. Raises Invalid for somebody who has no account."""
    wanted = set(employees)
    known = set()
    for part in _portions(wanted):
        known |= set(await uow.db.scalars(_there(part)))
    if wanted - known:
        raise Invalid("There is no such account.", field="members")
    for part in _portions(wanted):
        rows = [{"group_id": group.id, "employee_id": number} for number in part]
        await uow.db.execute(insert(uow.db, ProvisionedMember).on_conflict_do_nothing(), rows)
    group.updated_at = uow.now
    await _follow_roles(uow, wanted, (group.name,))


async def remove_members(uow: UnitOfWork, group: ProvisionedGroup, employees: Iterable[int]) -> None:
    """Whoever is none stays none."""
    gone = set(employees)
    for part in _portions(gone):
        await uow.db.execute(delete(ProvisionedMember).where(_is_in(group.id, part)))
    group.updated_at = uow.now
    await _follow_roles(uow, gone, (group.name,))


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
    await _follow_roles(uow, former, (group.name,))


async def leave_groups(uow: UnitOfWork, employee_id: int) -> None:
    """Somebody whom the directory has deleted is in none any more, and loses what they gave."""
    names = (await _groups_of_each(uow.db, (employee_id,))).get(employee_id, ())
    await uow.db.execute(delete(ProvisionedMember).where(ProvisionedMember.employee_id == employee_id))
    await _follow_roles(uow, (employee_id,), names)


def checked_key(external_id: str | None) -> str | None:
    """The directory's own key of an account or a group, None without one. Raises Invalid."""
    if external_id and (len(external_id) > 255 or not external_id.isprintable()):
        raise Invalid("A key has up to {limit} characters.", field="externalId", limit=255)
    return external_id or None


async def _name(uow: UnitOfWork, group: ProvisionedGroup, name: str, external_id: str | None) -> None:
    name, external_id = clean_line(name), checked_key(external_id)
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


async def _follow_roles(uow: UnitOfWork, employees: Collection[int], groups: Collection[str]) -> None:
    """Those concerned have the roles that these groups give exactly while a group of theirs gives them.

    Other roles stay: a sign-in may have given those, by groups of which the directory says nothing here.
    """
    concerned = _given_by(groups, uow.settings)
    if not concerned:
        return
    for part in _portions(employees):
        # Kept for this change alone before it looks which groups they are in: two may change at once.
        kept = select(Employee).where(Employee.id.in_(part)).order_by(Employee.id).with_for_update()
        found = (await uow.db.scalars(kept.execution_options(populate_existing=True))).all()
        belongs = await _groups_of_each(uow.db, part)
        for employee in found:
            given = _given_by(belongs.get(employee.id, ()), uow.settings) & concerned
            roles = given | (set(employee.roles) - concerned)
            await change_roles(uow, employee, tuple(role for role in ROLES if role in roles))


def _given_by(groups: Collection[str], settings: Settings) -> set[str]:
    return set(roles_from(tuple(groups), settings) or ()) - {"employee"}


def _there(employees: Collection[int]) -> Select[int]:
    """Those of them who have an account that the directory has not deleted."""
    return (
        select(Employee.id)
        .outerjoin(ProvisionedUser, ProvisionedUser.employee_id == Employee.id)
        .where(Employee.id.in_(employees), ProvisionedUser.left_at.is_(None))
    )


def _is_in(group_id: int, employees: Collection[int]) -> ColumnElement[bool]:
    return (ProvisionedMember.group_id == group_id) & ProvisionedMember.employee_id.in_(employees)


def _portions(numbers: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(numbers)
    return (ordered[start : start + _PORTION] for start in range(0, len(ordered), _PORTION))
