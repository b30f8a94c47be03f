"""`alliance init`."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from alliance.employing import add_employee, found_company
from alliance.errors import Conflict
from alliance.settings import CONFIG_FILE, Settings
from alliance.signing_in import hash_password
from alliance.vault import create_secret_file, read_secret_file
from federation import uris
from federation.keys import generate_keys, new_key_pairs
from federation.wiring import Federation
from migrations.schema import downgrade, upgrade
from migrations.standing import current
from web.backups import sqlite_path
from web.command_line.configuring import write_config
from web.command_line.rooms import room
from web.command_line.running import opened, password_from_stdin, run, say

app = room(
    "alliance init --company Nordlicht --origin https://lernen.nordlicht.example --admin m@nordlicht.example",
    "Sets up an instance in this folder.",
)


@app.command()
def init(
    company: Annotated[str, typer.Option(metavar="NAME", help="Name of the company.")],
    origin: Annotated[str, typer.Option(metavar="URL", help="Address that people and partners will use.")],
    admin: Annotated[str | None, typer.Option(metavar="EMAIL", help="First administrator.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the administrator's password.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of the company.")] = "de",
    timezone: Annotated[str, typer.Option(metavar="ZONE", help="Of the company.")] = "Europe/Berlin",
) -> None:
    """Creates settings, secret, database, keys and company; refuses to overwrite any of them."""
    password = password_from_stdin() if password_stdin else secrets.token_urlsafe(12)
    hashed = hash_password(password) if admin else None
    settings = set_up(Path(CONFIG_FILE), {"ALLIANCE_ORIGIN": origin})
    try:
        run(_found(settings, company, language, timezone, admin, hashed))
    except BaseException:
        take_down(Path(CONFIG_FILE), settings)
        raise
    say(f"{company} is set up at {settings.origin}.")
    if admin:
        say(f"Sign in as {admin}" + ("." if password_stdin else f" with the password {password}"))
    else:
        say("Add people:  alliance employee add EMAIL --name NAME --role admin --password-stdin")
    say("Start it:    alliance serve")
    say("Find allies: alliance partner invite HOST")


def set_up(
    config: Path,
    values: Mapping[str, str],
    given: Mapping[str, str] | None = None,
    *,
    make_tables: Callable[[str], None] = upgrade,
) -> Settings:
    """Writes settings and secret and makes the database. Raises WrongConfiguration, Conflict."""
    settings = write_config(config, values, given)
    try:
        if current(settings.database) is not None:
            raise Conflict("The database {url} is not empty.", url=settings.database.rpartition("@")[2])
        if settings.secret_file.exists():
            read_secret_file(settings.secret_file)
        else:
            create_secret_file(settings.secret_file)
        if not settings.s3_endpoint:
            settings.media.mkdir(parents=True, exist_ok=True)
        make_tables(settings.database)
        if settings.database.startswith("sqlite"):
            sqlite_path(settings).chmod(0o600)
    except BaseException:
        config.unlink()
        raise
    return settings


def take_down(config: Path, settings: Settings) -> None:
    """Removes what `set_up` made, when founding the company failed; PostgreSQL loses the schema."""
    config.unlink()
    if settings.database.startswith("sqlite"):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{sqlite_path(settings)}{suffix}").unlink(missing_ok=True)
    else:
        downgrade(settings.database, "base")
    settings.secret_file.unlink(missing_ok=True)


async def _found(
    settings: Settings, company: str, language: str, timezone: str, admin: str | None, hashed: str | None
) -> None:
    async with opened(settings) as federation:
        await give_keys(federation)
        async with federation.instance.unit_of_work() as uow:
            await found_company(uow, company, language=language, timezone=timezone)
            if admin:
                name = admin.partition("@")[0].replace(".", " ").title()
                await add_employee(uow, admin, name, roles=("employee", "admin"), password_hash=hashed)


async def give_keys(federation: Federation) -> None:
    """The keys of instance and company, made before the transaction that stores them."""
    pairs = {actor: await new_key_pairs() for actor in (uris.INSTANCE, uris.COMPANY)}
    async with federation.instance.unit_of_work() as uow:
        for actor, made in pairs.items():
            await generate_keys(uow, actor, made)
