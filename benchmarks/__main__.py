"""`python -m benchmarks [part]...`: measures the named parts or all, prints a table, writes the results."""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import delivery, inbox, matching, pages, rest, streaming, timelines
from benchmarks.figures import Figure, show, write
from benchmarks.surroundings import machine

PARTS = {
    "inbox": inbox.measure,
    "delivery": delivery.measure,
    "rest": rest.measure,
    "pages": pages.measure,
    "timelines": timelines.measure,
    "streaming": streaming.measure,
    "matching": matching.measure,
}


def main(names: list[str]) -> int:
    """Measures the named parts (all without names); 1 when a promise is not kept."""
    console = Console()
    here = machine()
    figures: list[Figure] = []
    for name in names or list(PARTS):
        with console.status(name), tempfile.TemporaryDirectory(prefix="alliance-bench-") as folder:
            figures += asyncio.run(PARTS[name](Path(folder)))
    show(figures, here, console)
    if not names:
        console.print(f"written to {write(figures, here, datetime.now(UTC))}")
    return 0 if all(figure.is_kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
