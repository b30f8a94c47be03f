"""How long clients may take, to say what they want and to read: uvicorn itself waits for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_SECONDS = 30.0
READ_SECONDS = 30.0
DOWNLOAD_SECONDS = 120.0
"""In which somebody has to read 48 kB, if as much waits."""
MESSAGE_BYTES = 4_096
PING_SECONDS = 20.0


class HeadsInTime(HttpToolsProtocol):
    """Closes connections on which no complete head of a request arrives in time.

    Otherwise a few thousand half requests, a byte now and then, would take every connection that there is
    (slowloris). Bodies have limits of their own.
    """

    head_seconds = HEAD_SECONDS
    download_seconds = DOWNLOAD_SECONDS
    _unread: asyncio.TimerHandle | None = None
    _due: float | None = None
    """When the head that is expected has to be complete, or the next one begun, on the loop's clock."""
    _is_resting = False
    """Whether the last request is answered and nothing has come since."""
    _looks: asyncio.TimerHandle | None = None
    _looks_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time for the first request runs from here on."""
        super().connection_made(transport)
        self._expect(self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """What comes after an answer is the beginning of another request, if it is anything."""
        if self._is_resting:
            self._is_resting = False
            self._expect(self.head_seconds)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Now others look at the clock."""
        self._due = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Keeps the connection for a while; uvicorn would make a timer after each answer."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._is_resting = True
        self._expect(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._due = None
        if self._looks is not None:
            self._looks.cancel()
        self._note_reading()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The system takes no more; the time runs until it does."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.download_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """They read again."""
        self._note_reading()
        super().resume_writing()

    def shutdown(self) -> None:
        """What is listened to would never be finished, so nobody waits for it."""
        super().shutdown()
        # uvicorn has no scope before the first request.
        if self.scope and self.scope["path"].startswith("/api/v1/streaming/"):  # type: ignore[redundant-expr]
            self.transport.close()

    def _note_reading(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _expect(self, seconds: float) -> None:
        """One timer lasts for many requests: making one for each is a hundredth of what an inbox costs."""
        self._due = self.loop.time() + seconds
        if self._looks is None:
            self._look_at(self._due)
        elif self._looks_at > self._due:
            self._looks.cancel()
            self._look_at(self._due)

    def _look_at(self, moment: float) -> None:
        self._looks_at = moment
        self._looks = self.loop.call_at(moment, self._look)

    def _look(self) -> None:
        self._looks = None
        if self._due is None:
            return
        if self.loop.time() < self._due:
            self._look_at(self._due)
        else:
            self.transport.close()


class ReadersInTime(WebSocketsSansIOProtocol):
    """Hangs up on those who listen to streams and read nothing: closing politely would wait for them."""

    read_seconds = READ_SECONDS
    _unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """The system takes no more; the time runs until it does."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """They read again."""
        self._relax()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is to be read any more."""
        self._relax()
        super().connection_lost(exc)

    def _relax(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


WEBSOCKETS: dict[str, Any] = {
    "ws": ReadersInTime,
    "ws_max_size": MESSAGE_BYTES,
    "ws_ping_interval": PING_SECONDS,
    "ws_ping_timeout": PING_SECONDS,
    # Compressing takes 60 kB for each connection, and what is said is short.
    "ws_per_message_deflate": False,
}
"""For uvicorn.Config: small messages from apps, a sign of life every 20 seconds."""
