"""`alliance source`: reads public calendars of others for our own employees."""

from typing import Annotated, Any

import typer

from alliance.errors import Conflict, NotFound
from alliance.queries.sources import sources
from alliance.sources import add_source, pause_source, remove_source, resume_source
from federation.source_introductions import SourceFound, introduce_source
from federation.source_standings import source_standings
from federation.wiring import Federation
from web.command_line.rooms import room
from web.command_line.running import act, columns, is_terminal, opened, run, say, say_json

app = room("alliance source add @library@events.example", "Reads public calendars of others.")

Known = Annotated[
    str, typer.Argument(metavar="SOURCE", help="Handle (library@events.example), host or address.")
]


@app.command(epilog="Example: alliance source add @library@events.example --topic python --topic ki")
def add(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="Handle, account, page or host of a calendar.")],
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="Only events with this topic or word; repeatable.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Shows who publishes there, asks, and subscribes; employees see the events when they have said yes."""
    if not run(_add(what, topic or [], yes)):
        say("Nothing was subscribed to.")
        raise typer.Exit(1)
    say("Asked. The question is stored and goes out as soon as a server or worker runs.")


async def _add(what: str, topics: list[str], yes: bool) -> bool:
    async with opened() as federation:
        found = await introduce_source(federation, what)
        for line in told(found):
            say(line)
        if not yes and not (is_terminal() and typer.confirm("Show these events?")):
            return False
        async with federation.instance.unit_of_work() as uow:
            await add_source(uow, found.feed, topics)
        return True


def told(found: SourceFound) -> list[str]:
    """Who they are, line by line."""
    feed = found.feed
    number = "unknown" if found.upcoming is None else f"{found.upcoming}{' or more' if found.is_more else ''}"
    lines = {
        "Name": feed.name,
        "Account": feed.handle,
        "Address": feed.uri,
        "Software": feed.software,
        "Upcoming": number,
    }
    return columns(lines)


@app.command(epilog="Example: alliance source pause library@events.example")
def pause(source: Known) -> None:
    """Hides its events and takes nothing in."""
    act(_source_named, pause_source, source, "Paused.")


@app.command(epilog="Example: alliance source resume library@events.example")
def resume(source: Known) -> None:
    """Ends a pause and fetches what was missed."""
    act(_source_named, resume_source, source, "Resumed.")


@app.command(epilog="Example: alliance source remove library@events.example")
def remove(source: Known) -> None:
    """Ends the subscription; its events go."""
    act(_source_named, remove_source, source, "Removed.")


async def _source_named(federation: Federation, typed: str) -> int:
    """The source with this handle, address or (where it is the only one) host. Raises NotFound, Conflict."""
    name = typed.strip().removeprefix("@")
    async with federation.instance.reading() as db:
        known = await sources(db)
    found = [one for one in known if name in (one.company.host, one.uri)]
    found = found or [one for one in known if one.host == name]
    if not found:
        raise NotFound("{name} is no external source here.", name=name[:300])
    if len(found) > 1:
        raise Conflict("There are several sources at {host}; please name one by its handle.", host=name[:300])
    return found[0].company_id


@app.command(name="list", epilog="Example: alliance source list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Lists every external source, and where we stand with it."""
    rows = run(_list())
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['state']:11}  {row['name']}  ({row['source']}){'  ' + row['why'] if row['why'] else ''}")


async def _list() -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        return [
            {
                "source": standing.source.company.host,
                "name": standing.source.company.name,
                "host": standing.source.host,
                "uri": standing.source.uri,
                "state": standing.word,
                "why": standing.sentence.format(**dict(standing.parameters)) if standing.sentence else "",
                "since": standing.since.isoformat(),
                "topics": standing.source.topics,
                "upcoming": standing.upcoming,
            }
            for standing in await source_standings(db, federation.instance.clock.now())
        ]
