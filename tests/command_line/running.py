"""Runs commands of `alliance` as an operator does: in a folder, with an environment of their own."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from web.command_line import run

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = (sys.executable, "-W", "ignore", "-m", "web.command_line")


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
    """Runs one command to its end, in this process: starting another one takes longer than most commands."""
    out, error = io.StringIO(), io.StringIO()
    with (
        _surroundings(folder, environment(**settings), given),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        code = run(arguments)
    return Done(code, out.getvalue(), error.getvalue())


@contextlib.contextmanager
def _surroundings(folder: Path, environ: dict[str, str], given: str) -> Iterator[None]:
    """Folder, environment, standard input and logs as they are for a process; put back at the end."""
    before, stdin, root = dict(os.environ), sys.stdin, logging.getLogger()
    handlers, level = root.handlers, root.level
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
        structlog.reset_defaults()


def init(folder: Path, origin: str = "http://nordlicht.localhost:8001", **settings: str) -> Done:
    """A company in an empty folder, with an administrator who signs in with a password."""
    return alliance(
        folder,
        *("init", "--company", "Nordlicht", "--origin", origin, "--admin", "mara@nordlicht.example"),
        "--password-stdin",
        given="gemeinsam-lernen\n",
        **settings,
    )
