"""`alliance export`."""

import json
import os
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from alliance.errors import Conflict
from alliance.exporting import everything_about
from web.command_line.rooms import room
from web.command_line.running import employee_with, opened, run, say

app = room("alliance export --employee mara@nordlicht.example", "Writes everything about one person.")

_READ_ME = """What this company's alliance instance holds about you.

everything.json  account, profile, sessions you host, where you take part, browsers that are signed in.
                 Moments are in ISO 8601. Nothing about other people is in it.
"""


@app.command()
def export(
    employee: Annotated[str, typer.Option(metavar="EMAIL", help="Whose data.")],
    file: Annotated[Path | None, typer.Option("--to", help="EMAIL.zip in this folder when left out.")] = None,
) -> None:
    """Writes everything held about one person as a ZIP, for that person alone."""
    target = file or Path(f"{employee.strip().lower()}.zip".replace("/", "_"))
    if target.exists():
        raise Conflict("{file} exists already.", file=target)
    write_export(run(_everything(employee)), target)
    say(str(target))


async def _everything(email: str) -> dict[str, Any]:
    async with opened() as federation, federation.instance.reading() as db:
        instance = federation.instance
        found = await employee_with(db, email)
        return await everything_about(db, instance.vault, instance.settings.origin, found.id)


def write_export(everything: dict[str, Any], target: Path) -> None:
    """The ZIP, readable by its owner alone."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(handle, "wb") as opened_file,
        zipfile.ZipFile(opened_file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr("README.txt", _READ_ME)
        archive.writestr("everything.json", json.dumps(everything, indent=1, ensure_ascii=False))
