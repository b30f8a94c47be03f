"""`alliance restore`."""

from pathlib import Path
from typing import Annotated

import typer

from alliance.errors import WrongConfiguration
from alliance.settings import CONFIG_FILE, Settings
from web.backups import Manifest, is_of_other_kind, manifest_of
from web.backups import restore as bring_back
from web.command_line.configuring import write_config
from web.command_line.rooms import room
from web.command_line.running import noted, run, say
from web.database_copies.moving import make_findable

app = room("alliance restore /var/backups/alliance.tar", "Brings a backup back.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
) -> None:
    """Brings a backup back into an empty place; refuses when a database, secret or picture is there."""
    settings = _settings_for(manifest_of(file))
    made = bring_back(settings, file)
    if is_of_other_kind(settings, made):
        say(f"It came from {made.kind}; {run(make_findable(settings))} things can be found again.")
    run(noted(settings, "backup.restored", made_at=made.made_at))
    say(f"Restored what {made.origin} was on {made.made_at}. Start it with: alliance serve")


def _settings_for(manifest: Manifest) -> Settings:
    """The settings of this folder; a folder without any gets those of the backup."""
    try:
        return Settings.from_env()
    except WrongConfiguration:
        if Path(CONFIG_FILE).exists():
            raise
        return write_config(
            Path(CONFIG_FILE), {"ALLIANCE_ORIGIN": manifest.origin, "ALLIANCE_HANDLE": manifest.handle}
        )
