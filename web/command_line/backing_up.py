"""`alliance backup`."""

from pathlib import Path
from typing import Annotated

import typer

from alliance.settings import Settings
from migrations.standing import refuse_unless_at_head
from web.backups import back_up
from web.command_line.rooms import room
from web.command_line.running import noted, run, say

app = room("alliance backup /var/backups/alliance.tar", "Writes everything into one file.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to; must not exist.")]) -> None:
    """Writes database, pictures and secret into one file, while the instance runs. Keep it secret."""
    settings = Settings.from_env()
    refuse_unless_at_head(settings.database)
    # Before, so that it is in the copy as well.
    run(noted(settings, "backup.made"))
    back_up(settings, file)
    say(f"Backed up to {file} ({file.stat().st_size / 1e6:.1f} MB). It contains the secret: keep it safe.")
