"""A PostgreSQL server of a measurement's own, configured as an operator would, thrown away afterwards."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.surroundings import free_port
from tests.support.postgres import DURABLE, PostgresServer

AS_OPERATED = {name: value for name, value in DURABLE.items() if name not in ("jit", "autovacuum")} | {
    "shared_buffers": "1GB",
    "max_wal_size": "2GB",
}
"""What is committed is on the disk; the planner, the collector of garbage and jit are PostgreSQL's own."""


class _Kept(PostgresServer):
    """One whose data may be there already."""

    def _start(self) -> None:
        if not self._data.exists():
            super()._start()
            return
        port = free_port()
        self._launch(port)
        self._address.write_text(orjson.dumps({"port": port}).decode(), encoding="utf-8")

    def stop(self) -> None:
        """Stops it with nothing left to be recovered."""
        if self._address.exists():
            self.interrupt(at_once=False)
            self._address.unlink()


@contextmanager
def server(folder: Path, options: Mapping[str, str]) -> Iterator[PostgresServer]:
    """A server below `folder`, with what an earlier one left there; ended at the end."""
    folder.chmod(0o755)  # the server is somebody else when root measures
    (folder / "run.pid").write_text(str(os.getpid()), encoding="utf-8")
    (folder / "postgresql.json").unlink(missing_ok=True)
    made = _Kept(folder, options)
    try:
        yield made
    finally:
        made.stop()
