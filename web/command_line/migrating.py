"""`alliance migrate`."""

from typing import Annotated

import typer

from alliance.settings import Settings
from migrations.schema import rehearse, upgrade
from migrations.standing import contracting, current, head, pending, refuse_unless_at_head, revisions
from web.command_line.rooms import room
from web.command_line.running import say

app = room("alliance migrate --check", "Brings the database to the schema of this version.")


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would be done; exit code 1 if something would.")
    ] = False,
    rehearsal: Annotated[
        bool, typer.Option("--rehearse", help="Do all of it and take it back; nobody can write meanwhile.")
    ] = False,
) -> None:
    """Brings the database to the schema of this version, in one transaction; make a backup before."""
    settings = Settings.from_env()
    before = current(settings.database)
    if check:
        _tell(settings, before)
    elif before is not None and before not in revisions():
        # A newer program has been here; its schema lets this one work, or it says who has to go.
        refuse_unless_at_head(settings.database)
        say("The database is newer than this program, which can work with it. Nothing was changed.")
    elif rehearsal:
        rehearse(settings.database)
        say(f"All {len(pending(settings.database))} steps went well and were taken back.")
    else:
        upgrade(settings.database)
        say("The database is up to date." if before == head() else f"The database is now at {head()}.")


def _tell(settings: Settings, before: str | None) -> None:
    if before is not None and before not in revisions():
        refuse_unless_at_head(settings.database)
        say(f"The database is at {before}, newer than this program, which can work with it.")
        return
    missing = pending(settings.database)
    if not missing:
        say("The database is up to date.")
        return
    say(f"{len(missing)} steps are missing: {', '.join(missing)}.")
    if ends := contracting() & set(missing):
        say(f"Stop every program of an older version before: {', '.join(sorted(ends))} is not for them.")
    else:
        say("Programs of the version before may go on meanwhile and afterwards.")
    raise typer.Exit(1)
