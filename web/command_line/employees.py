"""`alliance employee`: accounts."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.administrating import close_account, give_roles, open_account, refuse_last_admin
from alliance.employing import add_employee, erase_employee
from alliance.errors import WrongConfiguration
from alliance.identities import link_identity
from alliance.inviting import invite_employee, send_link
from alliance.models import Employee
from alliance.signing_in import hash_password
from federation.wiring import Federation
from web.command_line.rooms import room
from web.command_line.running import (
    act,
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
ROLES_HELP = "employee,council,moderator,admin - one or several."
Email = Annotated[str, typer.Argument(metavar="EMAIL")]


@app.command(epilog="Example: alliance employee add mara@nordlicht.example --name 'Mara Jensen'")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know them.")],
    role: Annotated[str, typer.Option(help=ROLES_HELP)] = "employee",
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


@app.command(epilog="Example: alliance employee invite mara@nordlicht.example --name 'Mara Jensen'")
def invite(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know them.")],
    role: Annotated[str, typer.Option(help=ROLES_HELP)] = "employee",
) -> None:
    """Adds an account and tells the link to choose its password: good once, for 24 hours."""
    roles = tuple(part.strip() for part in role.split(",") if part.strip())
    say(run(_invite(email, name, roles)))


async def _invite(email: str, name: str, roles: tuple[str, ...]) -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        return (await invite_employee(uow, email, name, roles))[1]


@app.command(epilog="Example: alliance employee reset mara@nordlicht.example")
def reset(email: Email) -> None:
    """Tells a link to choose a new password, good once, for an hour; mails it where there is mail."""
    say(run(_reset(email)))


async def _reset(email: str) -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        return await send_link(uow, await employee_with(uow.db, email), "reset")


@app.command(epilog="Example: alliance employee connect mara@nordlicht.example 248289761001")
def connect(email: Email, subject: Annotated[str, typer.Argument(help="`sub` of the ID token.")]) -> None:
    """Lets somebody of the company's OpenID provider open an account that exists here already."""
    run(_connect(email, subject))
    say(f"{email} is opened by {subject} from now on.")


async def _connect(email: str, subject: str) -> None:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        if uow.settings.oidc_issuer is None:
            raise WrongConfiguration("ALLIANCE_OIDC_ISSUER is not set.")
        await link_identity(uow, await employee_with(uow.db, email), uow.settings.oidc_issuer, subject)


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
    act(_id_of, close_account, email, f"{email} is closed.")


@app.command(epilog="Example: alliance employee enable jonas@nordlicht.example")
def enable(email: Email) -> None:
    """Opens a closed account again; the profile stays withdrawn until its owner publishes it."""
    act(_id_of, open_account, email, f"{email} is open again.")


async def _id_of(federation: Federation, email: str) -> int:
    async with federation.instance.reading() as db:
        return (await employee_with(db, email)).id


@app.command(epilog="Example: alliance employee roles jonas@nordlicht.example --role council")
def roles(email: Email, role: Annotated[str, typer.Option(help=ROLES_HELP)]) -> None:
    """Gives an account exactly these roles; other than before signs it out everywhere."""
    given = run(_roles(email, tuple(part.strip() for part in role.split(",") if part.strip())))
    say(f"{email} is {', '.join(given)} now.")


async def _roles(email: str, wanted: tuple[str, ...]) -> list[str]:
    async with opened() as federation:
        number = await _id_of(federation, email)
        async with federation.instance.unit_of_work() as uow:
            return (await give_roles(uow, number, wanted, None)).roles


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
            await refuse_last_admin(uow, employee)
            await erase_employee(uow, employee.id, withdraw_sessions=withdraw)
