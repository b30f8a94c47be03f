"""What one web process and one worker hold in memory while an hour of mixed work passes, on PostgreSQL.

`ALLIANCE_BENCH_MINUTES` makes it shorter or longer, `ALLIANCE_BENCH_A_SECOND` changes the pace. Every half
minute a line goes to `ALLIANCE_BENCH_SAMPLES`, if that names a file: seconds, MB of the web process, MB of
the worker, what was answered.
"""

import asyncio
import os
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.crowd import Crowd, assembled
from benchmarks.databases import AS_OPERATED, server
from benchmarks.figures import Figure
from benchmarks.surroundings import (
    environment,
    free_port,
    resident_megabytes,
    running,
    set_up,
    wait_until_ready,
)

MINUTES = 60
A_SECOND = 20
"""Requests; modest, so that the machine keeps up and nothing waits in a queue of ours."""
EVERY_SECONDS = 30.0
_WARM = 1 / 6
"""Until then (ten minutes of an hour) caches and pools fill, and what was used for the first time stays."""
_MOST_MEGABYTES = 8.0
_STRAYS = 0.01
"""As much may be answered otherwise than expected: a place is gone, a session was just cancelled."""


@dataclass
class Memory:
    """What the processes held, by second."""

    seconds: list[float] = field(default_factory=list)
    megabytes: dict[str, list[float]] = field(default_factory=dict)

    def note(self, since: float, pids: dict[str, int]) -> str:
        """Takes one sample of each; the sample as a line."""
        self.seconds.append(since)
        for name, pid in pids.items():
            self.megabytes.setdefault(name, []).append(resident_megabytes(pid))
        return ",".join([f"{since:.0f}", *(f"{held[-1]:.1f}" for held in self.megabytes.values())])

    def growth(self, name: str) -> float:
        """MB from the first tenth after the warm-up to the last tenth; medians, as one sample says little."""
        held = self.megabytes[name][int(len(self.seconds) * _WARM) :]
        part = max(1, len(held) // 10)
        return statistics.median(held[-part:]) - statistics.median(held[:part])

    def slope(self, name: str) -> float:
        """MB an hour after the warm-up, by least squares."""
        begin = int(len(self.seconds) * _WARM)
        slope, _ = statistics.linear_regression(self.seconds[begin:], self.megabytes[name][begin:])
        return slope * 3600


async def measure(folder: Path) -> list[Figure]:
    """Pages, the API, the inbox, publishing, joining, searching, uploads and streams, twenty a second."""
    minutes = float(os.environ.get("ALLIANCE_BENCH_MINUTES", MINUTES))
    pace = float(os.environ.get("ALLIANCE_BENCH_A_SECOND", A_SECOND))
    port, elsewhere = free_port(), free_port()
    with server(folder, AS_OPERATED) as postgres:
        database = postgres.create("hour")
        await set_up(folder / "instance", port, database)
        settings = environment(folder / "instance", port, database)
        crowd = await assembled(settings, port, elsewhere)
        web = ("-m", "web.command_line", "serve", "--no-worker")
        with (
            running(*web, more=settings) as serving,
            running("-m", "web.command_line", "worker", more=settings) as working,
        ):
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", serving)
            async with crowd:
                pids = {"web process": serving.pid, "worker": working.pid}
                memory = await _watched(crowd, pids, minutes * 60, pace)
    return _figures(memory, crowd.answers, minutes, pace)


async def _watched(crowd: Crowd, pids: dict[str, int], seconds: float, pace: float) -> Memory:
    memory, began = Memory(), time.monotonic()
    samples = os.environ.get("ALLIANCE_BENCH_SAMPLES")
    work = asyncio.create_task(crowd.work(pace, seconds))
    while not work.done():
        line = memory.note(time.monotonic() - began, pids)
        if samples:
            with Path(samples).open("a", encoding="utf-8") as file:
                file.write(f"{line},{dict(crowd.answers)}\n")
        await asyncio.wait([work], timeout=EVERY_SECONDS)
    work.result()
    return memory


def _figures(memory: Memory, answers: Counter[str], minutes: float, pace: float) -> list[Figure]:
    asked = sum(answers.values())
    left_out = answers.pop("left out", 0)
    strays = {name: count for name, count in answers.items() if not name.endswith(" as expected")}
    if sum(strays.values()) > asked * _STRAYS:
        raise RuntimeError(f"too much went wrong: {strays} of {asked}")
    figures = [Figure("mixed work", (asked - left_out) / (minutes * 60), "/s", target=pace / 2)]
    for name in memory.megabytes:
        figures += [
            Figure(
                f"{name}: grown after the first sixth of {minutes:.0f} minutes", memory.growth(name), "MB",
                target=_MOST_MEGABYTES, less_is_better=True,
            ),
            Figure(
                f"{name}: slope", memory.slope(name), "MB an hour",
                target=_MOST_MEGABYTES, less_is_better=True,
            ),
        ]  # fmt: skip
    return figures
