"""`alliance move`: accounts that go to another server, or come from one."""

from typing import Annotated, Any

import typer

from federation.leaving import add_alias, come_back, find_account, move_away, remove_alias
from federation.our_actors import decided
from web.command_line.accounts import Of, actor_of
from web.command_line.rooms import room
from web.command_line.running import is_terminal, opened, run, say, say_json

app = room(
    "alliance move to @sessions@lernen.example", "Moves accounts to another server, or lets them come."
)

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="@name@server.example, or its address.")]


@app.command(epilog="Example: alliance move alias @jonas@social.example --of jonas@nordlicht.example")
def alias(account: Account, of: Of = "company") -> None:
    """Names an account elsewhere as one's own, so that it can move here with its followers."""
    say(f"{run(_alias(account, of))} can move here now.")


async def _alias(account: str, of: str) -> str:
    async with opened() as federation:
        actor, other = await actor_of(federation, of), await find_account(federation, account)
        async with federation.instance.unit_of_work() as uow:
            await add_alias(uow, actor, other.id)
        return other.id


@app.command(epilog="Example: alliance move unalias https://social.example/users/jonas")
def unalias(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="As `alliance move show` prints it.")],
    of: Of = "company",
) -> None:
    """Takes an alias back."""
    run(_unalias(address, of))
    say("No longer named.")


async def _unalias(address: str, of: str) -> None:
    async with opened() as federation:
        actor = await actor_of(federation, of)
        async with federation.instance.unit_of_work() as uow:
            await remove_alias(uow, actor, address)


@app.command(epilog="Example: alliance move to @sessions@lernen.example")
def to(
    account: Account,
    of: Of = "company",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Tells all followers to follow the new account instead; it must name this one as its alias."""
    if not yes and not (is_terminal() and typer.confirm(f"Send all followers to {account}?")):
        say("Nothing was changed.")
        raise typer.Exit(1)
    say(f"Moved to {run(_to(account, of))}. Followers are being told.")


async def _to(account: str, of: str) -> str:
    async with opened() as federation:
        actor, target = await actor_of(federation, of), await find_account(federation, account)
        async with federation.instance.unit_of_work() as uow:
            await move_away(uow, actor, target)
        return target.id


@app.command(epilog="Example: alliance move back")
def back(of: Of = "company") -> None:
    """Takes a move back: the account is in use here again."""
    run(_back(of))
    say("Back here. Followers who have gone must follow again by themselves.")


async def _back(of: str) -> None:
    async with opened() as federation:
        actor = await actor_of(federation, of)
        async with federation.instance.unit_of_work() as uow:
            await come_back(uow, actor)


@app.command(epilog="Example: alliance move show --json")
def show(
    of: Of = "company",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Shows the aliases of an account and where it has moved."""
    shown = run(_show(of))
    if as_json:
        say_json(shown)
        return
    for known in shown["also_known_as"]:
        say(f"alias  {known}")
    say(f"moved to {shown['moved_to']}" if shown["moved_to"] else "has not moved")


async def _show(of: str) -> dict[str, Any]:
    async with opened() as federation:
        actor = await actor_of(federation, of)
        async with federation.instance.reading() as db:
            known = await decided(db, actor)
        return {
            "account": federation.uris.actor(actor),
            "also_known_as": list(known.also_known_as),
            "moved_to": known.moved_to,
        }
