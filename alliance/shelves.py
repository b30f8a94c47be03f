"""Where pictures lie: the shelf that everybody asks, and the one that is a folder.

A picture gets a name that nobody guesses and never changes. The other shelf, a bucket of an S3-compatible
store, is in federation/bucket_shelf.py: whatever leaves this machine leaves through the client there.
"""

import asyncio
import contextlib
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from alliance.errors import Invalid, Unavailable

LARGEST = 8_000_000
"""Bytes of one picture at most; what is made here is a tenth of it."""
SETTLED = 3600.0
"""Seconds after which a picture that nothing names is no longer on its way into a transaction."""
_NAME = re.compile(r"[A-Za-z0-9_-]{22}\.jpg")


class ShelfAway(Unavailable):
    """Pictures can't be read or written now; `detail` says why, without names of pictures or secrets."""

    default_sentence = "Pictures can't be reached at the moment. Please try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture that is there: its name, bytes, and for how many seconds."""

    name: str
    size: int
    age: float


class Shelf(Protocol):
    """Keeps pictures under their names. Everything but `discard_soon` raises ShelfAway."""

    @property
    def place(self) -> str:
        """Where that is, for whoever runs the instance."""
        ...

    async def put(self, content: bytes) -> str:
        """Keeps a picture, whole or not at all, and tells its new name."""
        name = new_name()
        await self.keep(name, content)
        return name

    async def keep(self, name: str, content: bytes) -> None:
        """Keeps a picture under the name that it has already. Raises Invalid for a name of another kind."""
        ...

    async def take(self, name: str) -> bytes | None:
        """The content of a picture, None for what is not there."""
        ...

    async def discard(self, name: str) -> None:
        """Throws a picture away; one that is not there is fine."""
        ...

    def discard_soon(self, name: str) -> None:
        """Throws it away without keeping anybody waiting; what fails is left for the sweep."""
        ...

    def stored(self) -> AsyncIterator[Stored]:
        """Every picture; nothing else that may lie there."""
        ...

    async def owner(self, origin: str) -> str:
        """The instance whose pictures these are: `origin`, unless another one has been here before."""
        ...

    async def tidy(self) -> None:
        """Throws away what a crash left half written."""
        ...

    async def close(self) -> None:
        """Lets every connection go."""
        ...


class FolderShelf(Shelf):
    """A folder of this machine, or one that several machines have mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        return str(self._folder)

    async def keep(self, name: str, content: bytes) -> None:
        refuse_unless_name(name)
        try:
            await asyncio.to_thread(self._write, name, content)
        except OSError as error:
            raise _away(error) from error

    async def take(self, name: str) -> bytes | None:
        if not is_name(name):
            return None
        try:
            return await asyncio.to_thread((self._folder / name).read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _away(error) from error

    async def discard(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._remove, name)
        except OSError as error:
            raise _away(error) from error

    def discard_soon(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._remove(name)

    async def stored(self) -> AsyncIterator[Stored]:
        try:
            found = await asyncio.to_thread(lambda: list(self._stored()))
        except OSError as error:
            raise _away(error) from error
        for one in found:
            yield one

    async def owner(self, origin: str) -> str:
        return origin

    async def tidy(self) -> None:
        try:
            await asyncio.to_thread(self._remove_halves)
        except OSError as error:
            raise _away(error) from error

    async def close(self) -> None:
        """Nothing is held open."""

    def _write(self, name: str, content: bytes) -> None:
        """Beside its place first: whoever is killed meanwhile leaves no half picture under its name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f".{name}"
        with half.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        half.replace(self._folder / name)

    def _remove(self, name: str) -> None:
        if is_name(name):
            (self._folder / name).unlink(missing_ok=True)

    def _stored(self) -> Iterator[Stored]:
        now = time.time()
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if is_name(path.name):
                with contextlib.suppress(FileNotFoundError):
                    about = path.stat()
                    yield Stored(path.name, about.st_size, now - about.st_mtime)

    def _remove_halves(self) -> None:
        now = time.time()
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name.startswith(".") and is_name(path.name[1:]):
                with contextlib.suppress(FileNotFoundError):
                    if now - path.stat().st_mtime >= SETTLED:
                        path.unlink()


def is_name(name: str) -> bool:
    """Whether this is how our pictures are called; nothing else is ever looked for."""
    return _NAME.fullmatch(name) is not None


def new_name() -> str:
    """A name that nobody guesses: 128 bits."""
    return f"{secrets.token_urlsafe(16)}.jpg"


def refuse_unless_name(name: str) -> None:
    """Raises Invalid for what is no name of a picture."""
    if not is_name(name):
        raise Invalid("{name} is not the name of a picture.", name=name[:100])


def _away(error: OSError) -> ShelfAway:
    return ShelfAway(detail=f"{type(error).__name__}: {error.strerror or error}")
