"""`alliance partner`: founds an alliance with another company, pauses and ends it."""

from typing import Annotated, Any

import typer

from alliance.errors import NotFound
from alliance.introductions import Introduction
from alliance.partnering import (
    accept_company,
    block_company,
    decline_company,
    invite_company,
    leave_company,
    pause_company,
    resume_company,
    unblock_company,
)
from alliance.queries.companies import company_with_host
from alliance.queries.partners import partners
from federation.partners import introduce
from federation.webfinger import read_typed
from federation.wiring import Federation
from web.command_line.rooms import room
from web.command_line.running import act, columns, is_terminal, opened, run, say, say_json

app = room("alliance partner invite lernen.example", "Founds an alliance, pauses and ends it.")

Host = Annotated[
    str, typer.Argument(metavar="HOST", help="lernen.example, @alliance@lernen.example or origin.")
]


@app.command(epilog="Example: alliance partner invite lernen.example")
def invite(
    host: Host,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Shows who they are, asks, and invites them; they become allies when they accept."""
    partner = run(_invite(host, yes))
    if partner is None:
        say("Nobody was invited.")
        raise typer.Exit(1)
    say(_INVITED.get(partner, partner))


_INVITED = {
    "invited": "Invited. The invitation is stored and goes out as soon as a server or worker runs.",
    "asking": "They had asked before, so this is a yes. You are allies as soon as they have confirmed.",
}


async def _invite(host: str, yes: bool) -> str | None:
    async with opened() as federation:
        introduction = await introduce(federation, host)
        for line in told(introduction):
            say(line)
        if not yes and not (is_terminal() and typer.confirm("Invite them?")):
            return None
        async with federation.instance.unit_of_work() as uow:
            partner = await invite_company(uow, introduction)
            return partner.state


def told(introduction: Introduction) -> list[str]:
    """Who they are, line by line."""
    lines = {
        "Company": introduction.name,
        "Address": introduction.origin,
        "Account": f"{introduction.handle}@{introduction.host}",
        "Software": introduction.software,
        "Key": introduction.key_fingerprint,
        "About": introduction.summary,
    }
    return columns(lines)


@app.command(epilog="Example: alliance partner accept lernen.example")
def accept(host: Host) -> None:
    """Says yes to a company that asks."""
    act(_company_at, accept_company, host, "Accepted. You are allies as soon as they have confirmed.")


@app.command(epilog="Example: alliance partner decline lernen.example")
def decline(host: Host) -> None:
    """Says no to a company that asks."""
    act(_company_at, decline_company, host, "Declined.")


@app.command(epilog="Example: alliance partner pause lernen.example")
def pause(host: Host) -> None:
    """Stops both directions without telling them; their sessions are hidden."""
    act(_company_at, pause_company, host, "Paused.")


@app.command(epilog="Example: alliance partner resume lernen.example")
def resume(host: Host) -> None:
    """Ends a pause and fetches what was missed."""
    act(_company_at, resume_company, host, "Resumed.")


@app.command(epilog="Example: alliance partner leave lernen.example")
def leave(host: Host) -> None:
    """Ends the alliance, or takes an invitation back."""
    act(_company_at, leave_company, host, "Left. They are being told.")


@app.command(epilog="Example: alliance partner block lernen.example")
def block(host: Host) -> None:
    """Wants nothing from a company any more."""
    act(_company_at, block_company, host, "Blocked.")


@app.command(epilog="Example: alliance partner unblock lernen.example")
def unblock(host: Host) -> None:
    """Lets a blocked company ask again."""
    act(_company_at, unblock_company, host, "No longer blocked.")


async def _company_at(federation: Federation, typed: str) -> int:
    """The company that somebody typed the host, handle or origin of. Raises NotFound, UrlRefused."""
    plain_http = federation.instance.settings.danger_private_networks
    host = read_typed(typed, plain_http=plain_http).host
    async with federation.instance.reading() as db:
        company = await company_with_host(db, host)
    if company is None or company.is_home:
        raise NotFound("{host} is not known here.", host=host)
    return company.id


@app.command(name="list", epilog="Example: alliance partner list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists every company that we have to do with, and where we stand."""
    rows = run(_list())
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['state']:8}  {row['company']}  ({row['host']})")


async def _list() -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        return [
            {
                "host": partner.company.host,
                "company": partner.company.name,
                "state": partner.state,
                "since": partner.since.isoformat(),
            }
            for partner in await partners(db)
        ]
