"""Accounts that come and go as the company's directory says (SCIM 2.0, RFC 7644)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from alliance.employing import (
    add_employee,
    disable_employee,
    enable_employee,
    erase_employee,
    refuse_no_address,
)
from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import ProfileChanged
from alliance.models import Employee, ExpertProfile, Person, ProvisionedUser
from alliance.provisioned_groups import checked_key, leave_groups
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork

ERASED_AFTER = timedelta(days=30)
"""After the directory has deleted an account; until then the same key of the directory brings it back.

What was deleted must stand in nobody's way (RFC 7644, section 3.6): whoever is given its name, address or
key in the meantime is somebody else, and it is erased at once.
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An account as the directory describes it; `email` and `name` are what the account gets of that.

    Raises Invalid for a key that can't be stored.
    """

    user_name: str
    email: str
    name: str
    external_id: str | None = None
    display_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    formatted_name: str | None = None
    email_type: str | None = None
    email_is_primary: bool | None = None
    is_active: bool = True

    def __post_init__(self) -> None:
        checked_key(self.external_id)


async def provision(uow: UnitOfWork, wanted: Wanted) -> Employee:
    """An account that the directory asks for; one that it had deleted comes back by its key.

    Raises Invalid for what can't be an address or a name, Conflict for what somebody else has.
    """
    former = await _left(uow, ProvisionedUser.external_id == (wanted.external_id or ""))
    if former is not None:
        former.left_at = None
        return await reprovision(uow, former.employee_id, wanted)
    await _refuse_taken(uow, wanted, None)
    employee = await add_employee(uow, wanted.email, wanted.name)
    await _describe(uow, employee, wanted)
    return await _switch(uow, employee, wanted)


async def reprovision(uow: UnitOfWork, employee_id: int, wanted: Wanted) -> Employee:
    """Makes an account what the directory says now. Raises NotFound, Invalid, Conflict."""
    employee = await _account(uow, employee_id)
    await _refuse_taken(uow, wanted, employee_id)
    if wanted.email.strip().lower() != employee.email:
        await _readdress(uow, employee, wanted.email)
    known = await uow.db.get(ProvisionedUser, employee_id)
    if known is None or _name_of(known, employee) != wanted.name:
        await _rename(uow, employee.person, wanted.name)
    await _describe(uow, employee, wanted)
    return await _switch(uow, employee, wanted)


async def hold_account(uow: UnitOfWork, employee_id: int) -> None:
    """Lets nobody else change the account until the unit of work ends. Raises NotFound."""
    held = select(Employee.id).where(Employee.id == employee_id).with_for_update()
    if await uow.db.scalar(held) is None:
        raise NotFound


async def unprovision(uow: UnitOfWork, employee_id: int) -> None:
    """The directory has deleted it: closed at once, in no group, erased a month later. Raises NotFound."""
    employee = await _account(uow, employee_id)
    known = await uow.db.get(ProvisionedUser, employee_id)
    if known is None:
        await _describe(uow, employee, _as_it_is(employee))
        known = await uow.db.get_one(ProvisionedUser, employee_id)
    await disable_employee(uow, employee_id)
    await leave_groups(uow, employee_id)
    known.left_at = uow.now
    await uow.db.flush()


async def erase_who_left(uow: UnitOfWork, most: int) -> int:
    """Erases accounts that the directory deleted a month ago; how many it were."""
    due = select(ProvisionedUser.employee_id).where(ProvisionedUser.left_at < uow.now - ERASED_AFTER)
    # Whom the directory brings back at this moment stays.
    due = due.order_by(ProvisionedUser.left_at).limit(most).with_for_update(skip_locked=True)
    chosen = (await uow.db.scalars(due)).all()
    for number in chosen:
        await erase_employee(uow, number)
    return len(chosen)


async def _account(uow: UnitOfWork, employee_id: int) -> Employee:
    await hold_account(uow, employee_id)
    found = select(Employee).where(Employee.id == employee_id)
    return (await uow.db.scalars(found.options(joinedload(Employee.person).joinedload(Person.company)))).one()


async def _left(uow: UnitOfWork, condition: ColumnElement[bool]) -> ProvisionedUser | None:
    return await uow.db.scalar(
        select(ProvisionedUser)
        .join(Employee, Employee.id == ProvisionedUser.employee_id)
        .where(condition, ProvisionedUser.left_at.is_not(None))
        .limit(1)
        .with_for_update(of=ProvisionedUser)
    )


async def _refuse_taken(uow: UnitOfWork, wanted: Wanted, own: int | None) -> None:
    """Names, keys and addresses are one account's each; who has left makes room."""
    addresses = {wanted.email.lower(), wanted.user_name.lower()}
    same = or_(
        ProvisionedUser.user_name_key == wanted.user_name.lower(),
        ProvisionedUser.external_id == (wanted.external_id or ""),
    )
    while (former := await _left(uow, or_(same, Employee.email.in_(addresses)))) is not None:
        await erase_employee(uow, former.employee_id)
        uow.db.expunge(former)
    described = select(ProvisionedUser.employee_id).where(same, ProvisionedUser.employee_id != (own or 0))
    addressed = select(Employee.id).where(Employee.email.in_(addresses), Employee.id != (own or 0))
    if await uow.db.scalar(described.union_all(addressed).limit(1)) is not None:
        raise Conflict("There is an account with this name, address or key already.")


async def _describe(uow: UnitOfWork, employee: Employee, wanted: Wanted) -> None:
    """What the directory calls it."""
    known = await uow.db.get(ProvisionedUser, employee.id)
    if known is None:
        known = ProvisionedUser(employee_id=employee.id, created_at=uow.now, left_at=None)
        uow.db.add(known)
    known.user_name, known.user_name_key = wanted.user_name, wanted.user_name.lower()
    known.external_id = wanted.external_id
    known.display_name, known.formatted_name = wanted.display_name, wanted.formatted_name
    known.given_name, known.family_name = wanted.given_name, wanted.family_name
    known.email_type, known.email_is_primary = wanted.email_type, wanted.email_is_primary
    known.updated_at = uow.now
    await uow.db.flush()


async def _switch(uow: UnitOfWork, employee: Employee, wanted: Wanted) -> Employee:
    if wanted.is_active and employee.disabled_at is not None:
        return await enable_employee(uow, employee.id)
    if not wanted.is_active and employee.disabled_at is None:
        return await disable_employee(uow, employee.id)
    return employee


async def _readdress(uow: UnitOfWork, employee: Employee, email: str) -> None:
    email = email.strip().lower()
    refuse_no_address(email)
    employee.email = email
    await uow.db.flush()


async def _rename(uow: UnitOfWork, person: Person, name: str) -> None:
    name = clean_line(name)
    if not 1 <= len(name) <= 200:
        raise Invalid("Please type a name of up to {limit} characters.", field="name", limit=200)
    if name == person.name:
        return
    person.name, person.updated_at = name, uow.now
    profile = await uow.db.get(ExpertProfile, person.id)
    if profile is not None and profile.published_at is not None:
        uow.record(ProfileChanged(person, profile.is_shared))
    await uow.db.flush()


def _name_of(known: ProvisionedUser, employee: Employee) -> str:
    """What the directory last called them, so that a name they chose themselves stays while that is so."""
    return known.display_name or known.formatted_name or _joined(known) or employee.person.name


def _joined(known: ProvisionedUser) -> str:
    return " ".join(part for part in (known.given_name, known.family_name) if part)


def _as_it_is(employee: Employee) -> Wanted:
    return Wanted(user_name=employee.email, email=employee.email, name=employee.person.name)
