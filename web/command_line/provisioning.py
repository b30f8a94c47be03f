"""`alliance provisioning`: lets the company's directory open and close accounts (SCIM 2.0)."""

from typing import Annotated

import typer

from alliance.learning_settings import end_token, make_token
from alliance.learning_settings import tokens as all_tokens
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

app = room("alliance provisioning token 'Entra ID'", "Lets the company's directory open and close accounts.")
SCOPE = "provisioning"


@app.command(epilog="Example: alliance provisioning token 'Entra ID'")
def token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which directory it is for.")],
) -> None:
    """Makes a token for the directory; it is shown once. The address to give with it is ORIGIN/scim/v2."""
    say(run(_token(name)))


@app.command(name="list", epilog="Example: alliance provisioning list")
def list_tokens() -> None:
    """Every token there is, when it was made and on which day it was last used."""
    for line in run(_list()):
        say(line)


@app.command(epilog="Example: alliance provisioning end 912591856136585225")
def end(number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `list` shows it.")]) -> None:
    """Takes a token back; the directory can do nothing here any more."""
    run(_end(number))
    say("Taken back.")


async def _token(name: str) -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        return await make_token(uow, name, scope=SCOPE)


async def _list() -> list[str]:
    async with opened() as federation, federation.instance.reading() as db:
        return [
            f"{one.id}  {one.created_at:%Y-%m-%d}  {one.used_on or 'never used'}  {one.name}"
            for one in await all_tokens(db, SCOPE)
        ]


async def _end(number: int) -> None:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        await end_token(uow, number, scope=SCOPE)
