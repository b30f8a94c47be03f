"""How much more two processes take in and send out than one, on PostgreSQL.

Each process under test has a fixed share of one processor (benchmarks/slices.py), so small that two of them,
the database and the other side fit into the machine: one process is compared with two, not with the machine.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson
import psycopg

from alliance.database import postgres_arguments
from benchmarks.databases import AS_OPERATED, server
from benchmarks.delivering import queue
from benchmarks.figures import Figure
from benchmarks.inbox import sender_keys
from benchmarks.slices import Slice, processor_seconds, slices
from benchmarks.surroundings import ROOT, environment, free_port, opened, running, set_up, wait_until_ready

ROUNDS = 5
SHARE = float(os.environ.get("ALLIANCE_BENCH_SHARE", "0.25"))
_REQUESTS = 1_500
"""For each process."""
_CONNECTIONS = 32
_ACTIVITIES = 20
"""Each goes to fifty hosts, for each process."""
_TWICE = 1.8
_USED = 0.75
"""So much of its share a process has to have had; otherwise the machine was too busy for a measurement."""
_PATIENCE_SECONDS = 120


@dataclass
class _Clock:
    """How much of their shares processes use between two moments."""

    pids: Sequence[int]
    share: float

    def __enter__(self) -> "_Clock":
        self._began, self._before = time.perf_counter(), [processor_seconds(pid) for pid in self.pids]
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began
        used = [processor_seconds(pid) - before for pid, before in zip(self.pids, self._before, strict=True)]
        self.shares = [one / self.seconds / self.share for one in used]


async def measure(folder: Path) -> list[Figure]:
    """The inbox with one and two web processes, the outbox with one and two workers, in turn."""
    with server(folder, AS_OPERATED) as postgres, slices([SHARE, SHARE]) as shares:
        received = await _received(folder, postgres.create("inbox"), shares)
        # An instance of its own: what came in above would have to be worked off first.
        return [*received, *await _delivered(folder, postgres.create("outbox"), shares)]


async def _delivered(folder: Path, database: str, shares: list[Slice]) -> list[Figure]:
    """Workers of one outbox, which is filled while they are held."""
    port, receiver = free_port(), free_port()
    settings = await set_up(folder / "outbox", port, database)
    values = environment(folder / "outbox", port, database)
    rates: dict[int, list[float]] = {1: [], 2: []}
    async with opened(settings) as federation:
        with ExitStack() as stack:
            stack.enter_context(running("-m", "benchmarks.receiver", str(receiver)))
            worker = ("-m", "web.command_line", "worker")
            workers = [stack.enter_context(running(*worker, more=values)) for _ in shares]
            delivering = _Delivering(database, [one.pid for one in workers], shares)
            delivering.settle()
            for _ in range(ROUNDS):
                for many, taken in rates.items():
                    delivering.hold()
                    count = await queue(federation, receiver, _ACTIVITIES * many)
                    taken.append(delivering.work_off(many, count))
            delivering.resume()
    return _figures("delivery", rates)


def _figures(name: str, rates: dict[int, list[float]]) -> list[Figure]:
    one, two = statistics.median(rates[1]), statistics.median(rates[2])
    of = f"{SHARE:.0%} of a processor each"
    return [
        Figure(f"{name}: one process, {of}", one, "/s", target=0),
        Figure(f"{name}: two processes, {of}", two, "/s", target=0),
        Figure(f"{name}: two to one", two / one, "times", target=_TWICE),
    ]


async def _received(folder: Path, database: str, shares: list[Slice]) -> list[Figure]:
    """Web processes of one origin at ports of their own, as behind a balancer."""
    port = free_port()
    await set_up(folder / "inbox", port, database)
    values = environment(folder / "inbox", port, database)
    _, private = sender_keys(folder)
    ports = [port, free_port()]
    sender = [sys.executable, "-m", "benchmarks.sender", str(free_port()), str(_REQUESTS), str(_CONNECTIONS)]
    rates: dict[int, list[float]] = {1: [], 2: []}
    with ExitStack() as stack:
        pids = []
        for own_port in ports:
            bound = values | {"ALLIANCE_BIND": f"127.0.0.1:{own_port}"}
            web = stack.enter_context(running("-m", "web.command_line", "serve", "--no-worker", more=bound))
            wait_until_ready(f"http://127.0.0.1:{own_port}/healthz", web)
            pids.append(web.pid)
        process = stack.enter_context(
            subprocess.Popen([*sender, str(private)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        _send(process.stdin, process.stdout, ports, 2)  # keys are fetched, statements prepared
        for pid, share in zip(pids, shares, strict=True):
            share.take(pid)
        for _ in range(ROUNDS):
            for many, taken in rates.items():
                with _Clock(pids[:many], SHARE) as clock:
                    rate, seconds = _send(process.stdin, process.stdout, ports[:many], many)
                # The sender signs before it sends: what a process used counts for the time of sending.
                _refuse_unless_used([part * clock.seconds / seconds for part in clock.shares])
                taken.append(rate)
        process.stdin.close()
    return _figures("inbox", rates)


def _send(
    to_sender: IO[bytes], from_sender: IO[bytes], ports: Sequence[int], many: int
) -> tuple[float, float]:
    """Accepted a second, and for how many seconds was sent."""
    others = " ".join(map(str, ports))
    to_sender.write(f"http://127.0.0.1:{ports[0]}/inbox {_REQUESTS * many} {others}\n".encode())
    to_sender.flush()
    result = orjson.loads(from_sender.readline())
    assert result["statuses"] == {"202": _REQUESTS * many}, result
    rate: float = result["per_second"]
    return rate, _REQUESTS * many / rate


def _refuse_unless_used(shares: Sequence[float]) -> None:
    if min(shares) < _USED:
        shown = ", ".join(f"{share:.0%}" for share in shares)
        print(f"a process had only {shown} of its share: the machine is busy")


class _Delivering:
    """Workers that are held while work is queued, and then let go."""

    def __init__(self, database: str, pids: list[int], shares: list[Slice]) -> None:
        self._database, self._pids, self._shares = database, pids, shares

    def settle(self) -> None:
        """Until the workers listen; then they get their shares."""
        with psycopg.connect(**postgres_arguments(self._database), autocommit=True) as db:
            until = time.monotonic() + _PATIENCE_SECONDS
            while db.execute(_LISTENING).fetchone() != (len(self._pids),):
                if time.monotonic() > until:
                    raise RuntimeError("the workers don't begin")
                time.sleep(0.1)
        for pid, share in zip(self._pids, self._shares, strict=True):
            share.take(pid)

    def hold(self) -> None:
        """None of them does anything."""
        for pid in self._pids:
            os.kill(pid, signal.SIGSTOP)

    def resume(self, many: int | None = None) -> None:
        """So many of them go on."""
        for pid in self._pids[:many]:
            os.kill(pid, signal.SIGCONT)

    def work_off(self, many: int, count: int) -> float:
        """Deliveries a second until nothing waits."""
        until = time.monotonic() + _PATIENCE_SECONDS
        with (
            psycopg.connect(**postgres_arguments(self._database), autocommit=True) as db,
            _Clock(self._pids[:many], SHARE) as clock,
        ):
            self.resume(many)
            while db.execute(_WAITING).fetchone() != (0,):
                if time.monotonic() > until:
                    raise RuntimeError("the workers don't end")
                time.sleep(0.02)
        _refuse_unless_used(clock.shares)
        return count / clock.seconds


# After LISTEN each asks again and again whether the chores are its own.
_LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%'"
_WAITING = "SELECT count(*) FROM lane WHERE next_at IS NOT NULL"
