"""Whatever happens below us, what was accepted is kept, and what can't be kept is not accepted."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alliance.settings import Settings
from migrations import schema
from tests.faults import ours
from tests.support.clock import FrozenClock
from tests.support.postgres import DURABLE, PostgresServer


async def test_an_hour_ahead_and_twelve_behind_are_accepted_and_more_is_explained(
    settings: Settings, clock: FrozenClock
) -> None:
    seen, explained = await ours.clocks_differ(settings, clock)

    assert (seen.sent, seen.lost) == (8, 0)
    assert explained == {"from_future": 2, "too_old": 2}


async def test_a_full_disk_answers_503_stores_nothing_halfway_and_recovers(
    settings: Settings, clock: FrozenClock
) -> None:
    if not settings.database.startswith("sqlite"):
        return  # PostgreSQL says 53100, which is answered alike: tests/alliance/test_database.py

    seen = await ours.disk_is_full(settings, clock)

    assert (seen.sent, seen.lost, seen.doubled) == (50, 0, 0)
    busy = int(seen.notes.split()[0])
    assert busy > 0
    assert f"{busy} × 503, {busy} of them with Retry-After, other errors 0" in seen.notes
    assert "database whole: yes" in seen.notes


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test's own, that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="alliance-tests-"))
    (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
    made = PostgresServer(folder, DURABLE)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_database_that_comes_back_finds_everything_going_on(
    settings: Settings, server: PostgresServer
) -> None:
    url = server.create("gone")
    schema.upgrade(url)

    seen = await ours.database_is_gone(replace(settings, database=url), server, seconds=2)

    assert (seen.sent, seen.lost, seen.doubled) == (18, 0, 0)
    assert "(other errors 0)" in seen.notes
    assert "order kept: yes" in seen.notes
    told, _, shown = seen.notes.split()[:3]
    assert told == shown
