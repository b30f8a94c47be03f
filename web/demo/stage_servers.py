"""The demo's servers: one process for each company, ended together with the demo."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing.context import SpawnProcess
from pathlib import Path

from alliance.errors import Unavailable
from alliance.settings import Settings
from web.command_line.listening import Listener
from web.serving import serve

STOP_SECONDS = 15


class Servers:
    """The processes that serve; each writes its log beside its database."""

    def __init__(self) -> None:
        self._processes: list[SpawnProcess] = []

    def start(self, settings: Settings, listener: Listener, log: Path) -> None:
        """Starts serving on a socket that is bound already; whoever connects now is answered soon."""
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_serve, args=(settings, listener, log), name=settings.host)
        process.start()
        self._processes.append(process)

    def refuse_unless_alive(self) -> None:
        """Raises Unavailable as soon as one of them has ended by itself."""
        for process in self._processes:
            if not process.is_alive():
                raise Unavailable("The server of {host} has stopped; its log says why.", host=process.name)

    @property
    def sentinels(self) -> Sequence[int]:
        """Becomes readable when one of them ends; for `multiprocessing.connection.wait`."""
        return [process.sentinel for process in self._processes]

    def stop(self) -> None:
        """Lets each finish what it has begun."""
        for process in self._processes:
            if process.is_alive() and process.pid:
                os.kill(process.pid, signal.SIGTERM)
        for process in self._processes:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()


def _serve(settings: Settings, listener: Listener, log: Path) -> None:
    """What one of the processes does."""
    # Ctrl-C reaches everybody at the terminal; the demo itself says when its servers stop.
    sys.stdout = sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(settings, listener, with_worker=True)


def _end_with_parent() -> None:
    """A demo that was killed leaves no server behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
