"""`alliance egress`."""

from dataclasses import asdict
from typing import Annotated

import typer

from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json
from web.egress import Way, ways_out

app = room("alliance egress --json", "Lists every host and port that must be reachable.")


@app.command()
def egress(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists every host and port that this instance has to reach, for whoever looks after the firewall."""
    found = run(_look())
    if as_json:
        say_json([asdict(way) for way in found])
        return
    for way in found:
        through = f"   through {way.through}" if way.through else ""
        say(f"{way.host}:{way.port:<6} {way.why}{through}")
    say("Partners and followers that come later are at port 443 of hosts of their own.")


async def _look() -> list[Way]:
    async with opened() as federation:
        return await ways_out(federation)
