"""A company to test with: Nordlicht, its administrator Ada and its employee Jonas."""

from dataclasses import dataclass

from alliance.employing import add_employee, found_company
from alliance.instance import Instance
from alliance.models import Company, Employee


@dataclass(frozen=True)
class Founded:
    """An instance with a home company, an administrator and an employee; all three detached, read only."""

    instance: Instance
    company: Company
    admin: Employee
    employee: Employee


async def found(instance: Instance, *, name: str = "Nordlicht Optik") -> Founded:
    """Founds the home company of `instance`; neither account has a password."""
    host = instance.settings.host.partition(":")[0]
    async with instance.unit_of_work() as uow:
        company = await found_company(uow, name, hue=8)
        admin = await add_employee(uow, f"ada@{host}", "Ada Petersen", ["admin"])
        employee = await add_employee(uow, f"jonas@{host}", "Jonas Brandt")
    return Founded(instance, company, admin, employee)
