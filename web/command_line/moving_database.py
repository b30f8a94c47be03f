"""`alliance move-database`."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from alliance.settings import Settings, where_set
from web.command_line.configuring import change_config
from web.command_line.progress import counting
from web.command_line.rooms import room
from web.command_line.running import noted, run, say, say_json
from web.database_copies.copying import Copied
from web.database_copies.moving import make_findable, move, rows_of
from web.without_password import without_password

app = room(
    "alliance move-database postgresql://alliance@db.internal/alliance",
    "Moves the instance into another database.",
)


@app.command()
def move_database(
    to: Annotated[str, typer.Argument(metavar="URL", help="An empty database: postgresql:// or sqlite:///.")],
    keep_settings: Annotated[
        bool, typer.Option("--keep-settings", help="Leave ALLIANCE_DATABASE in the settings as it is.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Copies every row with its id into an empty database, proves it, and writes that into the settings.

    Stop the instance before. The old database is only read; it stays as it is. A password belongs into
    ~/.pgpass or PGPASSFILE, not into the address: whoever may list processes would read it.
    """
    old = Settings.from_env()
    new = dataclasses.replace(old, database=_database(to))
    with counting("rows", rows_of(old.database)) as advance:
        copied = move(old.database, new.database, advance)
    found = run(make_findable(new))
    run(noted(new, "instance.moved"))
    switched = not keep_settings and _switch(new.database)
    if as_json:
        say_json({"tables": [dataclasses.asdict(table) for table in copied], "switched": switched})
        return
    _tell(old, new, copied, found, switched=switched)


def _database(url: str) -> str:
    """The address as settings take it. Raises WrongConfiguration."""
    given = {"ALLIANCE_ORIGIN": "http://localhost", "ALLIANCE_DATABASE": url}
    return Settings.from_env(given, Path("/")).database


def _switch(database: str) -> bool:
    """Writes the new database into the file of settings, if that is where the old one stands."""
    file = where_set("ALLIANCE_DATABASE")
    if file is None:
        return False
    change_config(file, "ALLIANCE_DATABASE", database)
    return True


def _tell(old: Settings, new: Settings, copied: list[Copied], found: int, *, switched: bool) -> None:
    for table in copied:
        if table.rows:
            say(f"{table.rows:10}  {table.table:28} {table.digest[:16]}")
    rows = sum(table.rows for table in copied)
    say(f"{rows} rows in {len(copied)} tables are the same on both sides; {found} things can be found.")
    if switched:
        say("The settings name the new database. Start it with: alliance serve")
    else:
        say(f"Now set ALLIANCE_DATABASE={without_password(new.database)} and start: alliance serve")
    say(f"{without_password(old.database)} was only read. Keep it until you are content, then remove it.")
