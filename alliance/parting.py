"""Somebody erases their own account: what nobody else has to decide for them."""

from alliance.administrating import open_administrators
from alliance.employing import erase_employee
from alliance.errors import Conflict, NotFound
from alliance.models import Employee, Person
from alliance.unit_of_work import UnitOfWork


async def erase_own_account(uow: UnitOfWork, employee_id: int) -> Person:
    """Forgets the employee here, at partners and everywhere else.

    Sessions to come stay without the name, or are withdrawn: as `Settings.leavers_sessions` says.
    Raises NotFound; Conflict for the last administrator, without whom nobody could let anybody in.
    """
    employee = await uow.db.get(Employee, employee_id)
    if employee is None:
        raise NotFound
    if employee.has_role("admin") and len((await uow.db.scalars(open_administrators().limit(2))).all()) < 2:
        raise Conflict("You are the only administrator. Make somebody else one first.")
    withdraw = uow.settings.leavers_sessions == "withdraw"
    return await erase_employee(uow, employee_id, withdraw_sessions=withdraw)
