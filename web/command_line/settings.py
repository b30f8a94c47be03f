"""`alliance setting`: what may change while the instance runs, decided by the operator."""

from typing import Annotated, Any

import typer

from alliance.run_time_settings import CHOICES, chosen_values, propose
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json

app = room("alliance setting set ai off", "Changes what may change while the instance runs.")


@app.command(name="list", epilog="Example: alliance setting list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists these settings with their values, and which were decided while it runs."""
    rows = run(_list())
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['name']:32}{row['value']:10}{'decided' if row['decided'] else ''}")


async def _list() -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        decided = await chosen_values(db)
        return [
            {
                "name": name,
                "value": await choice.now(db, federation.instance.settings),
                "decided": name in decided,
                "needs_two": choice.needs_two,
            }
            for name, choice in CHOICES.items()
        ]


@app.command(name="set", epilog="Example: alliance setting set retention.attendance 14")
def set_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As listed.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="on, off, a word or a number of days.")],
) -> None:
    """Decides alone, where an instance has one administrator; employees and the audit log are told."""
    run(_set(name, value))
    say(f"{name} is {value}, in every process within seconds.")


async def _set(name: str, value: str) -> None:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        await propose(uow, name, value, None)
