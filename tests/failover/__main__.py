"""`python -m tests.failover [--minutes 10]`: the drill, and docs/failover.md when it was no short one."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from tests.failover.drill import drill
from tests.failover.figures import page
from web.logs import set_up_logs

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "failover.md"
LONG, SHORT = 10.0, 2.0
_SHOWN = 8


def main(arguments: Sequence[str]) -> int:
    """1 when something was lost, doubled, out of order or otherwise wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak failover")
    parser.add_argument("--minutes", type=float, default=LONG, help="less than two are not written down")
    parser.add_argument("--folder", type=Path, help="an empty one, in which the logs stay")
    given = parser.parse_args(arguments)
    minutes: float = given.minutes
    console = Console()
    if os.geteuid() != 0:
        console.print("[red]The small disk has to be mounted: run this as root.[/]")
        return 1
    set_up_logs("error")
    # Asked to end it puts everything away as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="alliance-failover-") as folder:
        seen = asyncio.run(drill(minutes, given.folder or Path(folder), console))
        written = page(seen, minutes, datetime.now(UTC).date())
    console.print(written, markup=False, soft_wrap=True)
    for name in ("lost", "doubled", "disordered", "other"):
        for one in getattr(seen.verdict, name)[:_SHOWN]:
            console.print(name, one, markup=False, soft_wrap=True)
    if minutes >= SHORT:
        PAGE.write_text(written, encoding="utf-8")
    return 0 if seen.verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
