"""The shelf for pictures that is a bucket of an S3-compatible store."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import structlog

from alliance.settings import Settings
from alliance.shelves import LARGEST, Shelf, ShelfAway, Stored, is_name, refuse_unless_name
from federation.bucket import Bucket, BucketAway

OWNER = "alliance-instance.txt"
"""The object that says whose pictures these are."""
_CLOSING_SECONDS = 5.0
_SAID_EVERY = 60.0
_OWNER_BYTES = 1000
_MOST_PAGES = 3000
"""Of a thousand objects each."""

log = structlog.get_logger("alliance.media")
Tell = Callable[[str, str, float], None]
Found = TypeVar("Found")


class BucketShelf(Shelf):
    """Pictures as objects; `tell` hears of each request: what it did, `done` or `failed`, and its seconds."""

    def __init__(self, bucket: Bucket, tell: Tell | None = None) -> None:
        self.bucket = bucket
        self._tell = tell
        self._going: set[asyncio.Task[None]] = set()
        self._said = -_SAID_EVERY

    @classmethod
    def from_settings(cls, settings: Settings, tell: Tell | None = None) -> "BucketShelf":
        """The configured one. Raises WrongConfiguration."""
        return cls(Bucket.from_settings(settings), tell)

    @property
    def place(self) -> str:
        return f"{self.bucket.place.address}/{self.bucket.place.prefix}".rstrip("/")

    async def keep(self, name: str, content: bytes) -> None:
        refuse_unless_name(name)
        await self._told("write", self.bucket.write(name, content, "image/jpeg"))

    async def take(self, name: str) -> bytes | None:
        return await self._told("read", self.bucket.read(name, LARGEST)) if is_name(name) else None

    async def discard(self, name: str) -> None:
        if is_name(name):
            await self._told("remove", self.bucket.remove(name))

    def discard_soon(self, name: str) -> None:
        task = asyncio.get_running_loop().create_task(self._try_to_discard(name))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def stored(self) -> AsyncIterator[Stored]:
        after, prefix = "", self.bucket.place.prefix
        for _ in range(_MOST_PAGES):
            page, now = await self._told("list", self.bucket.page(after))
            for one in page.entries:
                name = one.key.removeprefix(prefix)
                if one.key.startswith(prefix) and is_name(name):
                    yield Stored(name, one.size, (now - one.written_at).total_seconds())
            if not page.next:
                return
            if page.next == after:
                break
            after = page.next
        raise BucketAway(f"{self.bucket.place.host} lists objects without an end")

    async def owner(self, origin: str) -> str:
        said = await self._told("read", self.bucket.read(OWNER, _OWNER_BYTES))
        if said is None:
            await self._told("write", self.bucket.write(OWNER, origin.encode(), "text/plain"))
            return origin
        return said.decode("utf-8", "replace").strip()[:300]

    async def tidy(self) -> None:
        """An object is there whole or not at all."""

    async def close(self) -> None:
        if self._going:
            await asyncio.wait(self._going, timeout=_CLOSING_SECONDS)
        for task in self._going:
            task.cancel()
        await self.bucket.close()

    async def _try_to_discard(self, name: str) -> None:
        # Nothing names it any more: what stays is found by the sweep.
        with contextlib.suppress(ShelfAway):
            await self.discard(name)

    async def _told(self, act: str, asked: Awaitable[Found]) -> Found:
        started = time.monotonic()
        try:
            found = await asked
        except ShelfAway as error:
            self._count(act, "failed", started)
            self._say(act, error)
            raise
        self._count(act, "done", started)
        return found

    def _count(self, act: str, outcome: str, started: float) -> None:
        if self._tell is not None:
            self._tell(act, outcome, time.monotonic() - started)

    def _say(self, act: str, error: ShelfAway) -> None:
        """Once a minute: a page has many pictures."""
        if time.monotonic() - self._said >= _SAID_EVERY:
            self._said = time.monotonic()
            log.warning("the store for pictures can't be used", act=act, reason=error.detail)
