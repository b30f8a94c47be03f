"""`alliance token`: lets a program of the operator act for an employee."""

from typing import Annotated

import typer

from alliance.app_scopes import scopes_from
from alliance.apps import token_by_operator
from alliance.errors import Invalid
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

UNKNOWN_SCOPE_SENTENCE = "There is no such scope. Those that there are: read, write, follow, push, profile."

app = room(
    "alliance token mara@nordlicht.example --scope 'read write:media'",
    "Makes a token, for a program that acts for an employee.",
)


@app.command()
def token(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    scope: Annotated[str, typer.Option(help="What it may do, separated by spaces.")] = "read",
) -> None:
    """Makes a token for the API; it is shown once and ends with the account, or under Settings, Apps."""
    scopes = scopes_from(scope)
    if scopes is None:
        raise Invalid(UNKNOWN_SCOPE_SENTENCE)
    say(run(_token(email, scopes)))


async def _token(email: str, scopes: tuple[str, ...]) -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        return await token_by_operator(uow, email, scopes)
