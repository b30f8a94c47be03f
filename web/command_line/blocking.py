"""`alliance block`: shuts domains out, silences them, refuses their pictures, and takes that back."""

from typing import Annotated, Any

import typer

from alliance.domain_policies import free_domain, treat_domain
from alliance.queries.reports import listed_policies
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json

app = room("alliance block domain spam.example", "Shuts domains out, silences them, and takes that back.")

_DONE = {
    "suspend": "Shut out. Nothing is taken from there and nothing sent there.",
    "silence": "Silenced. What comes from there is shown only after a yes, and never to the public.",
    "none": "No pictures are taken from there.",
}
Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="spam.example; everything below it, too.")]


@app.command(epilog="Example: alliance block domain spam.example --severity silence --reason 'Advertising'")
def domain(
    name: Domain,
    severity: Annotated[
        str, typer.Option("--severity", metavar="suspend|silence|none", help="How much.")
    ] = "suspend",
    reject_media: Annotated[bool, typer.Option("--reject-media", help="Take no pictures.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="For administrators; told to nobody.")] = "",
) -> None:
    """Decides how a domain is treated from now on; it is told nothing of this."""
    run(_treat(name, severity, reject_media, reason))
    say(_DONE[severity])


@app.command(epilog="Example: alliance block free spam.example")
def free(name: Domain) -> None:
    """Treats a domain like any other again; what was said before is shown again."""
    run(_free(name))
    say("Freed.")


@app.command(name="list", epilog="Example: alliance block list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists every domain about which something was decided."""
    rows = run(_list())
    if as_json:
        say_json(rows)
        return
    for row in rows:
        pictures = "  no pictures" if row["reject_media"] and row["severity"] != "suspend" else ""
        say(f"{row['severity']:8}  {row['domain']}{pictures}{'  ' + row['reason'] if row['reason'] else ''}")


async def _treat(name: str, severity: str, reject_media: bool, reason: str) -> None:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        await treat_domain(
            uow, name, severity, rejects_media=reject_media or severity == "none", reason=reason
        )


async def _free(name: str) -> None:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        await free_domain(uow, name)


async def _list() -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        return [
            {
                "domain": policy.domain,
                "severity": policy.severity,
                "reject_media": policy.rejects_media,
                "reason": policy.reason,
                "since": policy.updated_at.isoformat(),
            }
            for policy in await listed_policies(db)
        ]
