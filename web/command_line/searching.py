"""`alliance search`: what the search finds."""

from alliance.searching import rebuild as write_anew
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

app = room("alliance search rebuild", "Writes anew what the search finds.")


@app.callback()
def _search() -> None:
    """Writes anew what the search finds."""


@app.command(epilog="Example: alliance search rebuild")
def rebuild() -> None:
    """Reads every session and profile again, while the instance runs; needed once after an upgrade."""
    say(f"{run(_rebuild())} sessions and profiles can be found.")


async def _rebuild() -> int:
    async with opened() as federation:
        return await write_anew(federation.instance)
