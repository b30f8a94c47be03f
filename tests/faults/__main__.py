"""`python -m tests.faults`: provokes every fault in its long form and writes docs/faults.md."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from alliance.settings import Settings
from alliance.vault import create_secret_file
from migrations import schema
from tests.faults import ours, partners
from tests.faults.figures import Figures, table
from tests.support.clock import FrozenClock
from tests.support.postgres import DURABLE, PostgresServer
from web.logs import set_up_logs

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "faults.md"
GONE_SECONDS = 60

Fault = Callable[[Settings, FrozenClock], Awaitable[Figures]]


async def _clocks(settings: Settings, clock: FrozenClock) -> Figures:
    return (await ours.clocks_differ(settings, clock))[0]


FAULTS: tuple[Fault, ...] = (
    partners.away_for_three_days,
    partners.away_for_too_long,
    lambda settings, clock: partners.asks_to_wait(settings, clock, "600"),
    lambda settings, clock: partners.asks_to_wait(settings, clock, timedelta(minutes=30)),
    lambda settings, clock: partners.asks_to_wait(settings, clock, "315360000"),
    partners.accepts_and_cuts,
    lambda settings, _clock: partners.bad_weather(settings, 40),
    partners.answers_after_29_seconds,
    _clocks,
    ours.disk_is_full,
)


def main(_arguments: list[str]) -> int:
    """Runs all of them; 1 when something was lost or doubled."""
    console = Console()
    set_up_logs("error")
    rows = []
    with tempfile.TemporaryDirectory(prefix="alliance-tests-") as folder:
        for number, fault in enumerate(FAULTS):
            rows.append(_run(fault, Path(folder) / str(number)))
            console.print(rows[-1])
        rows.append(_run_without_database(Path(folder) / "gone"))
        console.print(rows[-1])
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(rows, datetime.now(UTC).date()), encoding="utf-8")
    return 1 if any(row.lost or row.doubled for row in rows) else 0


def _run(fault: Fault, folder: Path) -> Figures:
    folder.mkdir()
    database = f"sqlite:///{folder / 'alliance.db'}"
    schema.upgrade(database)
    return asyncio.run(_timed(fault(_settings(folder, database), FrozenClock())))


def _run_without_database(folder: Path) -> Figures:
    folder.mkdir()
    folder.parent.chmod(0o755)
    (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
    server = PostgresServer(folder, DURABLE)
    try:
        database = server.create("gone")
        schema.upgrade(database)
        return asyncio.run(ours.database_is_gone(_settings(folder, database), server, GONE_SECONDS))
    finally:
        server.stop()


async def _timed(running: Awaitable[Figures]) -> Figures:
    began = time.monotonic()
    figures = await running
    sys.stderr.write(f"{time.monotonic() - began:.0f} s\n")
    return figures


def _settings(folder: Path, database: str) -> Settings:
    create_secret_file(folder / "alliance.secret")
    return Settings(
        origin="https://nordlicht.example",
        database=database,
        secret_file=folder / "alliance.secret",
        media=folder / "media",
    )


def page(rows: list[Figures], day: date) -> str:
    """The page, as it is written."""
    return f"""# Faults, in figures

What happens when a partner, the network or what is below an instance fails. Every line was provoked with
real requests, signatures and databases; days pass on a clock that the test moves.
Measured on {day.isoformat()} with

    .venv/bin/python -m tests.faults

which writes this page; a short form of each is in `tests/faults/` and part of `make test`.

{table(rows)}

*Lost* is what was accepted, or said here, and never arrived. *Doubled* is what the receiver applied twice:
an activity that is sent again after its answer was lost carries the same id, and receivers know it by that.
A partner that stays away costs an attempt a minute after four minutes, and ever fewer after an hour; what it
sends us meanwhile ends the pause. After three days a delivery becomes a dead letter: `/admin/federation` and
`alliance queue` show it and send it again.
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
