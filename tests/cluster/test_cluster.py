"""Several processes share one PostgreSQL through a pooler, and through restarts and a change of servers."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from alliance.database import Database
from federation.postgres_neighbours import PostgresNeighbours
from federation.wakeups import Wakeups
from migrations import schema
from tests.cluster.company import SECONDS, cluster
from tests.cluster.pooler import pooled
from tests.support.companies import free_port
from tests.support.eventually import eventually
from tests.support.postgres import REPLICATED, PostgresReplica, PostgresServer

POOL = 6


def new_folder() -> Path:
    """For a server, which goes when this process does."""
    folder = Path(tempfile.mkdtemp(prefix="alliance-tests-"))
    (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
    return folder


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    """A PostgreSQL that others may follow, with an empty instance in `template`."""
    folder = new_folder()
    made = PostgresServer(folder, REPLICATED)
    try:
        schema.upgrade(made.create("template"))
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def replica(primary: PostgresServer) -> Iterator[PostgresReplica]:
    """Another one that follows it."""
    folder = new_folder()
    made = PostgresReplica(folder, primary)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def test_behind_a_pooler_nothing_is_lost_or_doubled(primary: PostgresServer, tmp_path: Path) -> None:
    url = primary.create("pooled", template="template")
    with pooled(url, free_port(), POOL) as through:
        async with cluster(through, tmp_path) as here:
            async with here.busy():
                for _ in range(4):
                    await here.goes_on()
            seen = await here.nothing_is_missing()
            async with here.us.instance.reading() as db:
                counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'pooled'"
                connections = await db.scalar(text(counted))
                chores = await db.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))

    print(f"{len(here.published)} published, {len(here.accepted)} received, {connections} connections")  # noqa: T201 - a figure
    assert {what: found for what, found in seen.items() if found} == {}
    assert here.told_later == 0
    assert connections is not None
    assert connections <= POOL
    assert chores == 1


async def test_behind_a_pooler_one_worker_does_the_chores_and_another_follows(
    primary: PostgresServer,
) -> None:
    url = primary.create("chores", template="template")
    with pooled(url, free_port(), POOL) as through:
        database = Database(through)
        first, second = (PostgresNeighbours(database, Wakeups()) for _ in range(2))
        # Locks of a connection would belong to whoever is given the server's connection next.
        wanted = text("SELECT pg_try_advisory_xact_lock(4011978)")
        async with listening(first):
            await eventually(lambda: first.does_chores)
            async with AsyncExitStack() as stack:
                for _ in range(POOL - 1):
                    other = await stack.enter_async_context(database.reader.connect())
                    assert await other.scalar(wanted) is False
        async with listening(second):
            await eventually(lambda: second.does_chores)
        await database.close()


@asynccontextmanager
async def listening(one: PostgresNeighbours) -> AsyncIterator[None]:
    """As a worker does, until the end."""
    task = asyncio.create_task(one.listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_restart_and_a_change_of_servers_lose_and_double_nothing(
    primary: PostgresServer, replica: PostgresReplica, tmp_path: Path
) -> None:
    first = primary.create("replicated", template="template")
    second = replica.url("replicated")
    await asyncio.to_thread(primary.wait_for_replicas)
    both = f"{first.rpartition('/')[0]},{second.rpartition('@')[2]}"

    with ExitStack() as interrupted:
        async with cluster(both, tmp_path) as here:
            async with here.busy():
                await here.goes_on()
                await asyncio.to_thread(primary.restart)
                await here.goes_on()
                await asyncio.to_thread(primary.interrupt)
                interrupted.callback(primary.resume)
                await eventually(lambda: here.are_ready(wanted=503), within=SECONDS)
                await asyncio.to_thread(replica.promote)
                await eventually(lambda: here.are_ready(wanted=200), within=SECONDS)
                await here.goes_on()
            seen = await here.nothing_is_missing()
            stored = await here.stored()

    print(  # noqa: T201 - figures for docs/operator/postgresql.md
        f"{len(here.published)} published, {len(here.accepted)} received, {here.told_later} × 503, "
        f"longest pause {here.longest_pause:.1f} s, slowest delivery {here.slowest():.1f} s"
    )
    assert {what: found for what, found in seen.items() if found} == {}
    assert here.told_later > 0
    assert set(here.published) <= set(stored)
    assert len(stored) == len(set(stored))
