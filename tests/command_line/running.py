"""Runs commands of `alliance` as an operator does: in a folder, with an environment of their own."""

import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from web.command_line import run

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = (sys.executable, "-W", "ignore", "-m", "web.command_line")
LONGEST_SECONDS = 120
"""Far more than any command takes that ends; a server never does."""


@dataclass(frozen=True)
class Done:
    """What a command left: exit code and what it said."""

    code: int
    out: str
    error: str

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]


def environment(**settings: str) -> dict[str, str]:
    """The environment of an operator, with nothing of this test run's in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **settings}


def alliance(folder: Path, *arguments: str, given: str = "", **settings: str) -> Done:
    """Runs one command to its end, in this process: starting another one takes longer than most commands.

    One that does not end, such as a server that should have been refused, fails the test.
    """
    out, error = io.StringIO(), io.StringIO()
    with (
        in_time(f"alliance {' '.join(arguments)}"),
        _surroundings(folder, environment(**settings), given),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        code = run(arguments)
    return Done(code, out.getvalue(), error.getvalue())


@contextlib.contextmanager
def in_time(what: str, seconds: float = LONGEST_SECONDS) -> Iterator[None]:
    """Fails the test when `what` does not end; inside another one the outer one counts."""
    is_main = threading.current_thread() is threading.main_thread()
    # Signals reach the main thread alone; no test runs a server in another one.
    if not is_main or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    late = False

    def interrupt(*_: object) -> None:
        # What Ctrl+C does: an exception of our own would end in whatever the event loop runs just then.
        nonlocal late
        late = True
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except KeyboardInterrupt:
        if not late:
            raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not late, f"`{what}` did not end within {seconds:.0f} s"


@contextlib.contextmanager
def _surroundings(folder: Path, environ: dict[str, str], given: str) -> Iterator[None]:
    """Folder, environment, standard input and logs as they are for a process; put back at the end."""
    before, stdin, root = dict(os.environ), sys.stdin, logging.getLogger()
    handlers, level, lines = root.handlers, root.level, structlog.get_config()
    os.environ.clear()
    os.environ.update(environ)
    sys.stdin = io.StringIO(given)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.stdin = stdin
        os.environ.clear()
        os.environ.update(before)
        root.handlers, root.level = handlers, level
        structlog.configure(**lines)


def init(folder: Path, origin: str = "http://nordlicht.localhost:8001", **settings: str) -> Done:
    """A company in an empty folder, with an administrator who signs in with a password."""
    return alliance(
        folder,
        *("init", "--company", "Nordlicht", "--origin", origin, "--admin", "mara@nordlicht.example"),
        "--password-stdin",
        given="gemeinsam-lernen\n",
        **settings,
    )
