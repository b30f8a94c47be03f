"""A company to test with: Nordlicht, its administrator Ada and its employee Jonas."""

from dataclasses import dataclass

from alliance.instance import Instance
from alliance.models import Company, Employee, Person


@dataclass(frozen=True)
class Founded:
    """An instance with a home company, an administrator and an employee; all three detached, read only."""

    instance: Instance
    company: Company
    admin: Employee
    employee: Employee


async def found(instance: Instance, *, name: str = "Nordlicht Optik") -> Founded:
    """Founds the home company of `instance`; neither account has a password."""
    async with instance.unit_of_work() as uow:
        company = Company(
            id=uow.new_id(),
            is_home=True,
            origin=instance.settings.origin,
            host=instance.settings.host,
            name=name,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(company)
        await uow.db.flush()
        people = []
        for username, full_name, roles in (
            ("ada", "Ada Petersen", ["employee", "admin"]),
            ("jonas", "Jonas Brandt", ["employee"]),
        ):
            person = Person(
                id=uow.new_id(),
                company_id=company.id,
                username=username,
                name=full_name,
                created_at=uow.now,
                updated_at=uow.now,
            )
            uow.db.add(person)
            await uow.db.flush()
            employee = Employee(
                id=person.id, email=f"{username}@{company.host}", roles=roles, created_at=uow.now
            )
            employee.person = person
            uow.db.add(employee)
            people.append(employee)
    return Founded(instance, company, *people)
