"""The pictures in a backup: from whichever shelf they lie on, to whichever is configured."""

import asyncio
import io
import os
import tarfile
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO, Any

from alliance.errors import Conflict, Invalid
from alliance.settings import Settings
from alliance.shelves import LARGEST, Shelf, is_name
from federation.shelf import opened_shelf

AT_ONCE = 8
_FOLDER = "media/"
_BLOCK = 1 << 20


def add_pictures(tar: tarfile.TarFile, settings: Settings) -> None:
    """Writes every picture into the backup. Raises ShelfAway when the bucket can't be read."""
    if settings.s3_endpoint:
        # In a thread: whoever makes a backup may be at work in a loop of their own.
        _apart(_add_from_bucket(tar, settings))
    elif settings.media.is_dir():
        # What is drawn anew when it is missing (web/covers.py) needs no copy.
        kept = (path for path in settings.media.rglob("*") if path.is_file() and path.suffix != ".png")
        for picture in sorted(kept):
            tar.add(picture, f"{_FOLDER}{picture.relative_to(settings.media).as_posix()}")


def bring_pictures(tar: tarfile.TarFile, settings: Settings) -> None:
    """Puts every picture of a backup where they lie now. Raises ShelfAway, Invalid."""
    if settings.s3_endpoint:
        _apart(_bring_into_bucket(tar, settings))
        return
    for entry in tar:
        if entry.isfile() and entry.name.startswith(_FOLDER):
            path = settings.media / _inside(entry.name.removeprefix(_FOLDER))
            unpack(_content(tar, entry), path)


def refuse_unless_no_pictures(settings: Settings) -> None:
    """Raises Conflict where pictures lie already."""
    if settings.s3_endpoint:
        _apart(_refuse_unless_empty(settings))
    elif settings.media.is_dir() and any(settings.media.iterdir()):
        raise Conflict("There are pictures already: {path}.", path=settings.media)


async def _add_from_bucket(tar: tarfile.TarFile, settings: Settings) -> None:
    async with opened_shelf(settings) as shelf:
        async for name, content in contents(shelf, sorted([one.name async for one in shelf.stored()])):
            entry = tarfile.TarInfo(f"{_FOLDER}{name}")
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))


async def contents(shelf: Shelf, names: list[str]) -> AsyncIterator[tuple[str, bytes]]:
    """The pictures of these names, a few at a time; one that has gone meanwhile is left out."""
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        for name, content in zip(some, await asyncio.gather(*map(shelf.take, some)), strict=True):
            if content is not None:
                yield name, content


async def _bring_into_bucket(tar: tarfile.TarFile, settings: Settings) -> None:
    async with opened_shelf(settings) as shelf:
        for entry in tar:
            name = entry.name.removeprefix(_FOLDER)
            if entry.isfile() and entry.name.startswith(_FOLDER) and is_name(name):
                if entry.size > LARGEST:
                    raise Invalid("The backup contains a file that is not a picture: {name}.", name=name)
                await shelf.keep(name, _content(tar, entry).read())


async def _refuse_unless_empty(settings: Settings) -> None:
    async with opened_shelf(settings) as shelf:
        async for _ in shelf.stored():
            raise Conflict("There are pictures already: {path}.", path=shelf.place)


def unpack(content: IO[bytes], path: Path) -> None:
    """Writes a new file, readable by its owner alone. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while block := content.read(_BLOCK):
            out.write(block)


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(entry)
    if found is None:
        raise Invalid("The backup has no {name}.", name=entry.name)
    return found


def _inside(name: str) -> Path:
    """A relative path that stays where it is put. Raises Invalid."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise Invalid("The backup contains a file that is not a picture: {name}.", name=name)
    return Path(*path.parts)


def _apart(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
