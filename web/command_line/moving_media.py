"""`alliance move-media`."""

from enum import StrEnum
from typing import Annotated

import typer

from alliance.errors import WrongConfiguration
from alliance.settings import Settings
from alliance.shelves import FolderShelf, Shelf, Stored
from federation.shelf import opened_shelf
from migrations.standing import refuse_unless_at_head
from web.backup_pictures import contents
from web.command_line.progress import counting
from web.command_line.rooms import room
from web.command_line.running import noted, run, say, say_json

app = room("alliance move-media bucket", "Copies every picture into the bucket, or back into the folder.")


class Where(StrEnum):
    """The two places that settings name."""

    BUCKET = "bucket"
    FOLDER = "folder"


@app.command()
def move_media(
    to: Annotated[Where, typer.Argument(help="Where the pictures shall lie.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Copies every picture between ALLIANCE_MEDIA and the bucket, under the names that they have.

    What is there already is left out, so it may be stopped and run again, also while the instance runs.
    Nothing is taken away where the pictures were.
    """
    settings = Settings.from_env()
    if settings.s3_endpoint is None:
        raise WrongConfiguration("ALLIANCE_S3_ENDPOINT is not set: there is no bucket to copy to or from.")
    refuse_unless_at_head(settings.database)
    copied, there = run(_moved(settings, to))
    run(noted(settings, "media.copied", to=to.value, pictures=copied))
    if as_json:
        say_json({"to": to.value, "copied": copied, "there_already": there})
        return
    say(f"{copied} pictures copied into the {to.value}, {there} were there already.")
    if to is Where.BUCKET:
        say("Restart the instance, so that it uses the bucket; then run this again for what came meanwhile.")
    else:
        say("Take ALLIANCE_S3_ENDPOINT and the others out of the settings and restart the instance.")


async def _moved(settings: Settings, to: Where) -> tuple[int, int]:
    folder = FolderShelf(settings.media)
    async with opened_shelf(settings) as bucket:
        source, target = (folder, bucket) if to is Where.BUCKET else (bucket, folder)
        return await copy_pictures(source, target)


async def copy_pictures(source: Shelf, target: Shelf) -> tuple[int, int]:
    """How many were copied, and how many were there already, whole. Raises ShelfAway."""
    there = {_same(one) async for one in target.stored()}
    found = {_same(one) async for one in source.stored()}
    missing = sorted(name for name, _ in found - there)
    copied = 0
    with counting("pictures", len(missing)) as advance:
        async for name, content in contents(source, missing):
            await target.keep(name, content)
            copied += 1
            advance(1)
    return copied, len(found & there)


def _same(one: Stored) -> tuple[str, int]:
    """A picture never changes under its name: what is as long is the same."""
    return one.name, one.size
