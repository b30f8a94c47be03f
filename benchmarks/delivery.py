"""Deliveries a second of one worker process with all bookkeeping, against the floor."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.surroundings import ROOT, environment, free_port, running, set_up

ROUNDS = 3


async def measure(folder: Path) -> list[Figure]:
    """Rounds of floor and worker in turn; the median of each counts."""
    port, own_port = free_port(), free_port()
    await set_up(folder / "instance", own_port)
    settings = environment(folder / "instance", own_port)
    with running("-m", "benchmarks.receiver", str(port)):
        ours, floors = [], []
        for _ in range(ROUNDS):
            floors.append(_round("floor", port, settings))
            ours.append(_round("worker", port, settings))
    return [
        Figure(
            "delivery: signed, sent and recorded",
            statistics.median(ours),
            "/s",
            target=1000,
            floor=statistics.median(floors),
            least_ratio=0.5,
        )
    ]


def _round(kind: str, port: int, settings: dict[str, str]) -> float:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.delivering", kind, str(port)],
        cwd=ROOT, env=kept | settings, stdout=subprocess.PIPE, timeout=300, check=True,
    )  # fmt: skip
    return float(done.stdout)
