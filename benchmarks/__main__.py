"""`python -m benchmarks [part]...`: measures the named parts or all, prints a table, writes the results."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import delivery, hour, inbox, matching, pages, processes, rest, scale, streaming, timelines
from benchmarks.figures import Figure, show, write
from benchmarks.surroundings import machine

Part = Callable[[Path], Awaitable[list[Figure]]]
PARTS: dict[str, Part] = {
    "inbox": inbox.measure,
    "delivery": delivery.measure,
    "rest": rest.measure,
    "pages": pages.measure,
    "timelines": timelines.measure,
    "streaming": streaming.measure,
    "matching": matching.measure,
}
LONG: dict[str, Part] = {"scale": scale.measure, "processes": processes.measure, "hour": hour.measure}
"""Measured only when they are named."""


async def _measured(part: Part, folder: Path) -> list[Figure]:
    return await part(folder)


def main(names: list[str]) -> int:
    """Measures the named parts (those of PARTS without names); 1 when a promise is not kept."""
    console = Console()
    here = machine()
    figures: list[Figure] = []
    for name in names or list(PARTS):
        with console.status(name), tempfile.TemporaryDirectory(prefix="alliance-bench-") as folder:
            figures += asyncio.run(_measured((PARTS | LONG)[name], Path(folder)))
    show(figures, here, console)
    if not names:
        console.print(f"written to {write(figures, here, datetime.now(UTC))}")
    return 0 if all(figure.is_kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
