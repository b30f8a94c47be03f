"""Workers deliver to many inboxes, one of them is killed in the middle: `python -m tests.two_workers`.

On PostgreSQL two work at the same time and the other one takes over; on SQLite one follows the other.
"""

import asyncio
import itertools
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select

from alliance.settings import Settings
from alliance.vault import create_secret_file
from federation.models import Delivery, Lane
from federation.outbox import send
from federation.wiring import Federation
from tests.federation.engine import federating
from tests.partner import Got, Partner, RunningClock, partner
from tests.support.databases import Databases
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.worker_process import as_text

ACTORS = ("instance", "company")
LEASE_SECONDS = 6.0


@dataclass(frozen=True)
class Size:
    """How much is delivered; activities go round the inboxes, inboxes round the hosts."""

    activities: int = 5000
    inboxes: int = 500
    hosts: int = 50


@dataclass(frozen=True)
class Report:
    """What the receiver saw; all of the lists are empty when everything is right."""

    delivered: int
    missing: list[str]
    doubled: list[str]
    overtaken: list[str]
    repeated_posts: int
    lanes_of_the_killed: int
    seconds: float

    @property
    def is_good(self) -> bool:
        """Each activity once, in order per host and actor, and at most one POST repeated per leased lane."""
        wrong = self.missing or self.doubled or self.overtaken
        return not wrong and self.repeated_posts <= self.lanes_of_the_killed


async def deliver_and_kill(settings: Settings, size: Size) -> Report:
    """Queues everything, starts the workers, kills one when two fifths have arrived, waits for the rest."""
    clock = RunningClock()
    async with partner(clock, "127.0.0.1") as them, federating(settings, clock) as us:
        inboxes = [them.inbox_at(f"host-{n % size.hosts}", f"/people/{n}/inbox") for n in range(size.inboxes)]
        queued = await _queue(us, inboxes, size)
        began = time.monotonic()
        lost = await _work_with_a_kill(us, them, size)
        seconds = time.monotonic() - began
        return _judge(them.received, queued, lost, seconds)


async def _queue(us: Federation, inboxes: Sequence[str], size: Size) -> dict[tuple[str, str], list[str]]:
    """Ids in the order in which they have to arrive, by host and actor."""
    queued: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    numbers = iter(range(size.activities))
    while part := list(itertools.islice(numbers, 250)):
        async with us.instance.unit_of_work() as uow:
            for number in part:
                actor, inbox = ACTORS[number // 7 % 2], inboxes[number % len(inboxes)]
                note = f"{us.uris.origin}/{number}"
                body = {"type": "Create", "actor": us.uris.actor(actor), "object": note}
                stored = await send(
                    uow, actor=actor, activity=body, object_uri="x", inboxes=[inbox], is_public=True
                )
                host = inbox.removeprefix("http://").partition("/")[0]
                queued[host, us.uris.actor(actor)].append(us.uris.activity(stored.id))
    return dict(queued)


async def _work_with_a_kill(us: Federation, them: Partner, size: Size) -> int:
    """Tells how many lanes the killed worker had."""
    first = await _start(us.instance.settings)
    workers = [first]
    try:
        if not us.instance.database.is_sqlite:
            workers.append(await _start(us.instance.settings))
        await eventually(lambda: len(them.received) >= size.activities * 2 // 5, within=120)
        first.kill()
        await first.wait()
        lost = await _leased_by(us, first)
        if us.instance.database.is_sqlite:
            workers.append(await _start(us.instance.settings))
        await eventually(lambda: _is_done(us), within=300, every=0.2)
        workers[-1].terminate()
        await workers[-1].wait()
        return lost
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()


async def _start(settings: Settings) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.worker_process", as_text(settings), str(LEASE_SECONDS),
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip


async def _leased_by(us: Federation, worker: Process) -> int:
    async with us.instance.reading() as db:
        count = await db.scalar(select(func.count()).where(Lane.leased_by.like(f"%:{worker.pid}:%")))
    return count or 0


async def _is_done(us: Federation) -> bool:
    async with us.instance.reading() as db:
        return not await db.scalar(select(func.count()).where(Delivery.state != "delivered"))


def _judge(
    posts: Sequence[Got], queued: Mapping[tuple[str, str], list[str]], lost: int, seconds: float
) -> Report:
    arrived: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for got in posts:
        if not got.repeated:
            arrived[got.host, got.activity["actor"]].append(got.activity["id"])
    counts = Counter(itertools.chain.from_iterable(arrived.values()))
    return Report(
        delivered=len(counts),
        missing=[one for ids in queued.values() for one in ids if one not in counts],
        doubled=[one for one, count in counts.items() if count > 1],
        overtaken=[f"{host} {actor}" for (host, actor), ids in queued.items() if arrived[host, actor] != ids],
        repeated_posts=sum(got.repeated for got in posts),
        lanes_of_the_killed=lost,
        seconds=seconds,
    )


def loopback_settings(database: str, folder: Path) -> Settings:
    """Settings of an instance in `folder`."""
    create_secret_file(folder / "alliance.secret")
    return Settings(
        origin="http://nordlicht.localhost:8001",
        database=database,
        secret_file=folder / "alliance.secret",
        media=folder / "media",
    )


def main(kinds: Sequence[str]) -> int:
    """The full size, on PostgreSQL and SQLite or those named; 1 when something was lost or overtaken."""
    good = True
    for kind in kinds or ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory(prefix="alliance-workers-") as name:
            folder = Path(name)
            (folder / "run.pid").write_text(str(os.getpid()), encoding="utf-8")  # the server ends with us
            databases = Databases("sqlite" if kind == "sqlite" else "postgresql", run=folder, folder=folder)
            try:
                settings = loopback_settings(databases.new(), folder)
                report = asyncio.run(deliver_and_kill(settings, Size()))
            finally:
                PostgresServer(folder).stop()
        shown = replace(report, missing=report.missing[:5], overtaken=report.overtaken[:5])
        print(kind, "good" if report.is_good else "WRONG", shown)  # noqa: T201 - a command of its own
        good = good and report.is_good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
