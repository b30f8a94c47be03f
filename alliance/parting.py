"""Somebody erases their own account: what nobody else has to decide for them."""

from sqlalchemy import String, cast, func, select

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
    if employee.has_role("admin") and await _administrators(uow) < 2:
        raise Conflict("You are the only administrator. Make somebody else one first.")
    withdraw = uow.settings.leavers_sessions == "withdraw"
    return await erase_employee(uow, employee_id, withdraw_sessions=withdraw)


async def _administrators(uow: UnitOfWork) -> int:
    # A JSON list as text is the same in both databases, and no other role has these letters.
    is_admin = cast(Employee.roles, String).like('%"admin"%')
    open_ones = select(func.count()).select_from(Employee).where(is_admin, Employee.disabled_at.is_(None))
    return await uow.db.scalar(open_ones) or 0
