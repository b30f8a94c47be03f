"""Which of our accounts a command is about: the company, the instance, or an employee by e-mail address."""

from typing import Annotated

import typer

from federation.uris import COMPANY, INSTANCE, person_actor
from federation.wiring import Federation
from web.command_line.running import employee_with

Of = Annotated[
    str, typer.Option("--of", metavar="ACCOUNT", help="company (the default), instance, or an EMAIL.")
]
_OF_THE_HOUSE = {"company": COMPANY, "instance": INSTANCE}


async def actor_of(federation: Federation, account: str) -> str:
    """The key of the account's actor. Raises NotFound for an e-mail address that nobody has."""
    if account in _OF_THE_HOUSE:
        return _OF_THE_HOUSE[account]
    async with federation.instance.reading() as db:
        return person_actor((await employee_with(db, account)).id)
