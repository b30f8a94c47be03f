"""A proxy between instances that drops, delays, duplicates and truncates what passes."""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field

_READ_TIMEOUT = 20.0
_HEAD_LIMIT = 65_536


@dataclass(frozen=True)
class Weather:
    """How likely each mishap is, from 0 to 1, per request; the rest passes unharmed."""

    drop_request: float = 0.0
    drop_answer: float = 0.0
    duplicate: float = 0.0
    truncate: float = 0.0
    delay: float = 0.0
    longest_delay: float = 2.0
    """Seconds."""


CALM = Weather()
STORM = Weather(drop_request=0.05, drop_answer=0.05, duplicate=0.05, truncate=0.03, delay=0.15)


@dataclass
class ChaosProxy:
    """Listens where an instance is reached and passes whole HTTP/1.1 exchanges on to where it really is."""

    listen_port: int
    target_port: int
    weather: Weather
    chance: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begins to listen on loopback, IPv4 and IPv6."""
        self._server = await asyncio.start_server(self._serve, ["127.0.0.1", "::1"], self.listen_port)

    async def stop(self) -> None:
        """Stops listening; open exchanges are cut."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_message(reader)) is not None:
                answer = await self._exchange(request)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self.happened["cut"] += 1
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, request: bytes) -> bytes | None:
        """The answer for one request, or None when the connection is to be cut."""
        weather = self.weather
        if self._strikes("delay", weather.delay):
            await asyncio.sleep(self.chance.uniform(0, weather.longest_delay))
        if self._strikes("drop_request", weather.drop_request):
            return None
        if self._strikes("truncate", weather.truncate):
            await self._forward(request[: max(1, len(request) * 2 // 3)], whole=False)
            return None
        if self._strikes("duplicate", weather.duplicate):
            await self._forward(request)
        answer = await self._forward(request)
        return None if self._strikes("drop_answer", weather.drop_answer) else answer

    def _strikes(self, mishap: str, likelihood: float) -> bool:
        struck = self.chance.random() < likelihood
        self.happened[mishap if struck else f"no {mishap}"] += 1
        return struck

    async def _forward(self, request: bytes, *, whole: bool = True) -> bytes | None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        try:
            writer.write(request)
            await writer.drain()
            return await _read_message(reader) if whole else None
        finally:
            writer.close()


async def _read_message(reader: asyncio.StreamReader) -> bytes | None:
    """One HTTP/1.1 message with its body, or None at the end of the stream."""
    async with asyncio.timeout(_READ_TIMEOUT):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            if not error.partial:
                return None
            raise
        headers = head.lower()
        if b"transfer-encoding: chunked" in headers:
            return head + await _read_chunks(reader)
        return head + await reader.readexactly(_content_length(headers))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":", 1)[1])
    return 0


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        body += size + chunk
        if size.strip().split(b";")[0].strip(b"0") == b"":
            return body
