"""One app that listens: whose it is, what it listens to, and what waits to go out to it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocketDisconnect

from web.mastodon.door import Call
from web.mastodon.streaming.streams import Stream

MOST_WAITING = 200
"""Messages; whoever is that far behind reads the timeline instead."""
SEND_SECONDS = 20
TOO_SLOW, ENDED, TOO_MUCH = "too slow", "ended", "too much"
GONE = (WebSocketDisconnect, OSError, RuntimeError)
"""The other end is no longer there, or has been told so: as Starlette, the network and uvicorn say it."""

Write = Callable[[Stream, str, str | None], str]
"""Stream, event and payload as this kind of connection sends them."""


@dataclass(frozen=True, slots=True)
class Hearer:
    """For whom an app listens, and with which token; `call` stands for what it would ask."""

    person_id: int
    token_id: int
    scopes: frozenset[str]
    call: Call


class Connection:
    """Takes what the hub offers and sends it on without making anybody else wait.

    Between messages it costs nothing but its place: a task runs only while something goes out.
    """

    __slots__ = ("_begun", "_end", "_pump", "_send", "_waiting", "hearer", "is_open", "streams", "write")

    def __init__(
        self,
        hearer: Hearer,
        write: Write,
        send: Callable[[str], Awaitable[None]],
        end: Callable[[str], Awaitable[None]],
    ) -> None:
        self.hearer = hearer
        self.write = write
        """How an event is written down for this app."""
        self.streams: frozenset[Stream] = frozenset()
        self.is_open = True
        self._send, self._end = send, end
        self._begun = asyncio.Event()
        self._waiting: deque[str] = deque()
        self._pump: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """The app has been answered: what has come for it since it joined goes out."""
        self._begun.set()

    def offer(self, text: str) -> None:
        """Something to send; ends the connection instead when too much waits already."""
        if not self.is_open:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.close(TOO_SLOW)
            return
        self._waiting.append(text)
        if self._pump is None:
            self._pump = asyncio.create_task(self._drain())

    def close(self, reason: str) -> None:
        """Ends it: nothing goes out any more."""
        if self.is_open:
            self.forget()
            self._pump = asyncio.create_task(self._say_goodbye(reason))

    def forget(self) -> None:
        """It has ended."""
        self.is_open = False
        self._waiting.clear()
        if self._pump is not None:
            self._pump.cancel()

    async def _drain(self) -> None:
        try:
            await self._begun.wait()
            while self._waiting:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send(self._waiting.popleft())
        except TimeoutError:
            self.close(TOO_SLOW)
        except GONE:
            self.forget()
        finally:
            if self.is_open:
                self._pump = None

    async def _say_goodbye(self, reason: str) -> None:
        with suppress(*GONE):
            await self._begun.wait()
            await self._end(reason)
