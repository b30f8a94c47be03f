"""`alliance export`."""

import os
import shutil
from pathlib import Path
from typing import IO, Annotated

import typer

from alliance.acts import person
from alliance.errors import Conflict
from alliance.exporting import everything_about
from alliance.queries.companies import home_company
from federation.wiring import Federation
from web.command_line.rooms import room
from web.command_line.running import employee_with, opened, run, say
from web.takeaway import takeaway
from web.texts import LANGUAGES

app = room("alliance export --employee mara@nordlicht.example", "Writes everything about one person.")


@app.command()
def export(
    employee: Annotated[str, typer.Option(metavar="EMAIL", help="Whose data.")],
    file: Annotated[Path | None, typer.Option("--to", help="EMAIL.zip in this folder when left out.")] = None,
) -> None:
    """Writes everything held about one person as a ZIP, for that person alone."""
    target = file or Path(f"{employee.strip().lower()}.zip".replace("/", "_"))
    if target.exists():
        raise Conflict("{file} exists already.", file=target)
    write_export(run(_takeaway(employee)), target)
    say(str(target))


async def _takeaway(email: str) -> IO[bytes]:
    async with opened() as federation:
        packed = await _packed(federation, email)
        async with federation.instance.unit_of_work() as uow:
            uow.audit("employee.exported", person((await employee_with(uow.db, email)).id))
        return packed


async def _packed(federation: Federation, email: str) -> IO[bytes]:
    async with federation.instance.reading() as db:
        instance, home = federation.instance, await home_company(db)
        found, settings = await employee_with(db, email), federation.instance.settings
        everything = await everything_about(db, instance.vault, settings.origin, found.id)
        language = found.language if found.language in LANGUAGES else home.language
    now, shelf = instance.clock.now(), instance.shelf
    return await takeaway(everything, language, company=home.name, host=settings.host, now=now, shelf=shelf)


def write_export(packed: IO[bytes], target: Path) -> None:
    """The ZIP, readable by its owner alone; `packed` is closed."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with packed, os.fdopen(handle, "wb") as opened_file:
        shutil.copyfileobj(packed, opened_file)
