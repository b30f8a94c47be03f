"""The machines below the company: a primary on a small disk, a replica, and a pooler before them."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from migrations import schema
from tests.cluster.pooler import Pooler
from tests.support.companies import free_port
from tests.support.postgres import REPLICATED, PostgresReplica, PostgresServer

DISK_MEGABYTES = 768
POOL = 20
"""As docs/operator/postgresql.md writes it."""
PROMOTED_AFTER = 5.0
"""Seconds until whoever watches the primary has no doubt any more that it is dead."""
POOLER_STARTS_AFTER = 1.0
"""Seconds."""


@dataclass(frozen=True)
class Servers:
    """What may be disturbed; each method returns when the operator's part is done."""

    primary: PostgresServer
    replica: PostgresReplica
    pooler: Pooler
    disk: Path
    """Where the primary keeps everything."""

    def restart_primary(self) -> None:
        """As an operator does, whoever is connected."""
        self.primary.restart()

    def restart_pooler(self) -> None:
        """It ends at once, and something starts it again."""
        self.pooler.stop()
        time.sleep(POOLER_STARTS_AFTER)
        self.pooler.start()

    def fail_over(self) -> None:
        """The primary dies; after a while the replica is promoted and the pooler is told."""
        self.primary.interrupt()
        time.sleep(PROMOTED_AFTER)
        self.replica.promote()
        self.pooler.lead_to(self.replica.url("nordlicht"))

    def fill_disk(self, seconds: float) -> bool:
        """Nothing fits on the primary's disk for so long; tells whether it had to be started again after.

        PostgreSQL goes on with what fits into files that it has, and ends when there is no room for its log
        (documentation of 15, 29.2 Disk Full Failure).
        """
        ballast = self.disk / "ballast"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _fill(ballast)
            time.sleep(0.2)
        ballast.unlink()
        if self.primary.is_running():
            return False
        self.primary.resume()
        return True


@contextmanager
def servers() -> Iterator[Servers]:
    """All of them, with an empty instance in the database `nordlicht`; root's, for the disk is mounted."""
    with ExitStack() as stack:
        disk = stack.enter_context(_small_disk())
        folders = [disk, *(stack.enter_context(_folder()) for _ in range(2))]
        primary = PostgresServer(folders[0], REPLICATED)
        stack.callback(_stop, primary)
        url = primary.create("nordlicht")
        schema.upgrade(url)
        replica = PostgresReplica(folders[1], primary)
        stack.callback(_stop, replica)
        replica.url("nordlicht")
        primary.wait_for_replicas()
        pooler = Pooler(folders[2], url, free_port(), POOL)
        stack.callback(pooler.stop)
        pooler.start()
        pooler.wait()
        yield Servers(primary, replica, pooler, disk)


def _stop(server: PostgresServer) -> None:
    if server.is_running():
        server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="alliance-tests-"))
    folder.chmod(0o755)
    (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _small_disk() -> Iterator[Path]:
    with _folder() as folder:
        size = f"size={DISK_MEGABYTES}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "alliance-failover", str(folder)], check=True)
        (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(file: Path) -> None:
    # A write that fits only in part is done in part.
    with suppress(OSError), file.open("ab", buffering=0) as ballast:
        while True:
            ballast.write(bytes(1_000_000))
