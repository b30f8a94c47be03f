"""How soon a server is ready, and what it holds in memory when nothing happens."""

import statistics
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.surroundings import (
    environment,
    free_port,
    resident_megabytes,
    running,
    set_up,
    wait_until_ready,
)

STARTS = 3
REST_SECONDS = 5.0


async def measure(folder: Path) -> list[Figure]:
    """Starts the server with its worker several times; the medians count."""
    port = free_port()
    await set_up(folder / "instance", port)
    seconds, megabytes = [], []
    for _ in range(STARTS):
        began = time.perf_counter()
        with running(
            "-m", "web.command_line", "serve", more=environment(folder / "instance", port)
        ) as server:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            seconds.append(time.perf_counter() - began)
            time.sleep(REST_SECONDS)
            megabytes.append(resident_megabytes(server.pid))
    return [
        Figure("ready after the start", statistics.median(seconds), "s", target=2, less_is_better=True),
        Figure("resident at rest", statistics.median(megabytes), "MB", target=150, less_is_better=True),
    ]
