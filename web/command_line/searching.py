"""`alliance search`: what the search finds, and what apps show."""

from alliance.rebuilding_postings import rebuild_postings
from alliance.search_upkeep import merge_index
from alliance.searching import rebuild as write_anew
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

app = room("alliance search rebuild", "Writes anew what the search finds.")


@app.callback()
def _search() -> None:
    """Writes anew what the search finds."""


@app.command(epilog="Example: alliance search rebuild")
def rebuild() -> None:
    """Reads everything again while the instance runs, also for apps; the search itself needs it no more."""
    say(f"{run(_rebuild())} sessions and profiles can be found.")


async def _rebuild() -> int:
    async with opened() as federation:
        await rebuild_postings(federation.instance)
        found = await write_anew(federation.instance)
        await merge_index(federation.instance)
        async with federation.instance.unit_of_work() as uow:
            uow.audit("search.rebuilt")
        return found
