"""How long a client may take to say what it wants: uvicorn itself waits for the end of a head for ever."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0


class HeadsInTime(HttpToolsProtocol):
    """Closes connections on which no complete head of a request arrives in time.

    Otherwise a few thousand half requests, a byte now and then, would take every connection that there is
    (slowloris). Bodies have limits of their own.
    """

    head_seconds = HEAD_SECONDS
    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time for the first request runs from here on."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """What comes after an answer is the beginning of another request, if it is anything."""
        is_first = self.cycle is None
        if self._too_late is None and (is_first or self.cycle.response_complete):
            self._expect_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Now others look at the clock."""
        self._relax()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._relax()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._too_late = self.loop.call_later(self.head_seconds, self._hang_up)

    def _relax(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _hang_up(self) -> None:
        self._too_late = None
        self.transport.close()
