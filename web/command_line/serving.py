"""`alliance serve`."""

import dataclasses
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from alliance.errors import WrongConfiguration
from alliance.settings import Settings
from alliance.vault import read_secret_file
from migrations.standing import refuse_unless_at_head, refuse_unless_founded
from web.command_line.listening import listen
from web.command_line.rooms import room
from web.serving import serve as serve_on

app = room("alliance serve --bind 127.0.0.1:8000", "Serves pages and federation.")


@app.command()
def serve(
    bind: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where to listen.")] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the queues to others.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="On PostgreSQL: how many.")] = 1,
) -> None:
    """Serves the pages and the federation, and works through the queues, until Ctrl-C."""
    settings = Settings.from_env()
    if bind:
        settings = dataclasses.replace(settings, bind=address_of(bind))
    if processes > 1 and settings.database.startswith("sqlite"):
        raise WrongConfiguration("Several processes need PostgreSQL; on SQLite there is one writer.")
    refuse_unless_startable(settings)
    listener = listen(*settings.bind)
    serve_on(settings, listener, with_worker=not no_worker, processes=processes)


def address_of(bind: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`. Raises WrongConfiguration."""
    return Settings.from_env({"ALLIANCE_ORIGIN": "http://localhost", "ALLIANCE_BIND": bind}, Path("/")).bind


def refuse_unless_startable(settings: Settings) -> None:
    """Raises WrongConfiguration for whatever would fail later: database, company, secret, pictures."""
    refuse_unless_at_head(settings.database)
    refuse_unless_founded(settings.database)
    read_secret_file(settings.secret_file)
    if settings.s3_endpoint:
        # A store that is away for now stops no start.
        return
    try:
        settings.media.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.media):
            pass
    except OSError as error:
        raise WrongConfiguration(
            "The folder {path} can't be written to: {reason}.", path=settings.media, reason=error.strerror
        ) from error
