"""`alliance follower`: who follows our accounts, and whether somebody looks at them first."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from federation.followers import accept_follower, choose_approval, followers, remove_follower
from web.command_line.accounts import Of, actor_of
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json

app = room("alliance follower list", "Lists followers, lets them in, removes them.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `alliance follower list` prints it.")]


class How(StrEnum):
    """Who decides about a new follower."""

    BY_HAND = "by-hand"
    AUTOMATIC = "automatic"


@app.command(epilog="Example: alliance follower approval by-hand")
def approval(
    how: Annotated[How, typer.Argument(help="by-hand: somebody looks first. automatic: everybody may.")],
    of: Of = "company",
) -> None:
    """Decides whether new followers wait until somebody has looked at them."""
    run(_approval(of, by_hand=how is How.BY_HAND))
    say("New followers wait for a yes." if how is How.BY_HAND else "Everybody may follow at once.")


async def _approval(of: str, *, by_hand: bool) -> None:
    async with opened() as federation:
        actor = await actor_of(federation, of)
        async with federation.instance.unit_of_work() as uow:
            await choose_approval(uow, actor, by_hand=by_hand)


@app.command(epilog="Example: alliance follower accept 184467440737")
def accept(number: Number, of: Of = "company") -> None:
    """Lets somebody in who asks to follow."""
    run(_act(number, of, is_yes=True))
    say("They follow now.")


@app.command(epilog="Example: alliance follower remove 184467440737")
def remove(number: Number, of: Of = "company") -> None:
    """Declines somebody who asks, or removes somebody who follows."""
    run(_act(number, of, is_yes=False))
    say("They don't follow any more, and are told so.")


async def _act(number: int, of: str, *, is_yes: bool) -> None:
    async with opened() as federation:
        actor = await actor_of(federation, of)
        async with federation.instance.unit_of_work() as uow:
            await (accept_follower if is_yes else remove_follower)(uow, actor, number)


@app.command(name="list", epilog="Example: alliance follower list --json")
def list_(
    of: Of = "company",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Lists who follows an account and who asks to."""
    rows = run(_list(of))
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['state']:8}  {row['number']}  {row['name']}  ({row['handle']})")


async def _list(of: str) -> list[dict[str, Any]]:
    async with opened() as federation:
        uri = federation.uris.actor(await actor_of(federation, of))
        rows: list[dict[str, Any]] = []
        async with federation.instance.reading() as db:
            for state in ("asked", "accepted"):
                after = 0
                while found := await followers(db, uri, state, after=after):
                    after = found[-1].id
                    rows += [
                        {
                            "number": one.id,
                            "state": "asking" if state == "asked" else "follows",
                            "handle": one.handle,
                            "name": one.name,
                            "account": one.uri,
                        }
                        for one in found
                    ]
        return rows
