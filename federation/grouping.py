"""Group commit: many tasks hand over what they want written, one transaction writes it all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

from alliance.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Full(Unavailable):
    """More is waiting to be written than we are willing to hold in memory."""


class Grouped(Generic[Item, Answer]):
    """Collects items while the group before them is being committed, so that groups are as large as the load.

    `write` gets at most `most` items, commits them together and returns one answer for each; what it raises
    reaches everybody in the group. At most `capacity` items wait. Open it as a context manager, or with
    `start` and `close`.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        most: int = 256,
        capacity: int = 4096,
    ) -> None:
        self._write = write
        self._most = most
        self._capacity = capacity
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False

    async def put(self, item: Item) -> Answer:
        """Returns when `item` is committed, with the answer to it. Raises Full when too much is waiting."""
        if len(self._waiting) >= self._capacity or self._closing:
            raise Full
        if self._loop is None:
            self._loop = self.start()
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting.append((item, future))
        self._something.set()
        return await future

    def start(self) -> asyncio.AbstractEventLoop:
        """Begins to write what is put in."""
        self._task = asyncio.create_task(self._run(), name="group commit")
        self._loop = self._task.get_loop()
        return self._loop

    async def close(self) -> None:
        """Writes what is waiting and stops; what is put in afterwards is refused."""
        self._closing = True
        self._something.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            await self._something.wait()
            self._something.clear()
            while self._waiting:
                await self._write_group()

    async def _write_group(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            answers = await self._write([item for item, _ in group])
        except Exception as error:
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
