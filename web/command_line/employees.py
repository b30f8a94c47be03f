"""`alliance employee`: accounts."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.employing import add_employee, disable_employee, erase_employee
from alliance.models import Employee
from alliance.signing_in import hash_password
from web.command_line.rooms import room
from web.command_line.running import (
    employee_with,
    is_terminal,
    opened,
    password_from_stdin,
    run,
    say,
    say_json,
)

app = room(
    "alliance employee add mara@nordlicht.example --name 'Mara Jensen' --role admin --password-stdin",
    "Adds, lists, disables and erases accounts.",
)
Email = Annotated[str, typer.Argument(metavar="EMAIL")]


@app.command(epilog="Example: alliance employee add mara@nordlicht.example --name 'Mara Jensen'")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know them.")],
    role: Annotated[str, typer.Option(help="employee,moderator,admin - one or several.")] = "employee",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read a password.")] = False,
) -> None:
    """Adds an account; without a password nobody can sign in with one."""
    hashed = hash_password(password_from_stdin()) if password_stdin else None
    roles = tuple(part.strip() for part in role.split(",") if part.strip())
    username = run(_add(email, name, roles, hashed))
    say(f"{name} has an account and is known as {username}.")


async def _add(email: str, name: str, roles: tuple[str, ...], hashed: str | None) -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        employee = await add_employee(uow, email, name, roles=roles, password_hash=hashed)
        return employee.person.username


@app.command(name="list", epilog="Example: alliance employee list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists every account."""
    rows = run(_list())
    if as_json:
        say_json(rows)
        return
    for row in rows:
        closed = "  (disabled)" if row["disabled"] else ""
        say(f"{row['email']}  {row['name']}  {','.join(row['roles'])}{closed}")


async def _list() -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        found = await db.scalars(
            select(Employee).options(joinedload(Employee.person)).order_by(Employee.email)
        )
        return [
            {
                "email": employee.email,
                "name": employee.person.name,
                "username": employee.person.username,
                "roles": employee.roles,
                "disabled": employee.disabled_at is not None,
            }
            for employee in found
        ]


@app.command(epilog="Example: alliance employee disable jonas@nordlicht.example")
def disable(email: Email) -> None:
    """Closes an account: signed out everywhere, profile withdrawn, sessions stay."""
    run(_disable(email))
    say(f"{email} is closed.")


async def _disable(email: str) -> None:
    async with opened() as federation:
        async with federation.instance.reading() as db:
            employee = await employee_with(db, email)
        async with federation.instance.unit_of_work() as uow:
            await disable_employee(uow, employee.id)


@app.command(epilog="Example: alliance employee erase jonas@nordlicht.example --yes")
def erase(
    email: Email,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take their coming sessions back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forgets somebody, here and at every partner. This can't be undone."""
    if not yes and not (is_terminal() and typer.confirm(f"Forget {email} for good?")):
        say("Nothing was changed.")
        raise typer.Exit(1)
    run(_erase(email, withdraw))
    say(f"{email} is forgotten; partners are being told.")


async def _erase(email: str, withdraw: bool) -> None:
    async with opened() as federation:
        async with federation.instance.reading() as db:
            employee = await employee_with(db, email)
        async with federation.instance.unit_of_work() as uow:
            await erase_employee(uow, employee.id, withdraw_sessions=withdraw)
