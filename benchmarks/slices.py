"""A fixed share of one processor for a process, whatever else is free: by the kernel's control groups.

Two processes that may use 30 % of a processor each show whether anything of ours makes one wait for the
other, also on a machine without two processors to spare beside the database and whoever sends.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PERIOD = 20_000
"""Microseconds; short, so that a process that has used its share waits for milliseconds."""
_SECOND_VERSION = Path("/sys/fs/cgroup/cgroup.controllers")


class NoSlices(RuntimeError):
    """The control groups can't be written to here."""


@dataclass(frozen=True)
class Slice:
    """A group for one process; `used` is checked against `share` by whoever measures."""

    folder: Path
    share: float

    def take(self, pid: int) -> None:
        """Puts a process with all of its threads into the group."""
        (self.folder / "cgroup.procs").write_text(str(pid))


@contextmanager
def slices(shares: list[float]) -> Iterator[list[Slice]]:
    """So many groups with these shares of one processor each. Raises NoSlices."""
    made: list[Slice] = []
    try:
        for number, share in enumerate(shares):
            made.append(_made(f"alliance-bench-{os.getpid()}-{number}", share))
        yield made
    except PermissionError as error:
        raise NoSlices(f"no control groups: {error}") from error
    finally:
        for one in made:
            _remove(one.folder)


def _made(name: str, share: float) -> Slice:
    is_second = _SECOND_VERSION.exists()
    folder = Path("/sys/fs/cgroup") / ("" if is_second else "cpu") / name
    try:
        folder.mkdir()
        quota = int(share * _PERIOD)
        if is_second:
            (folder / "cpu.max").write_text(f"{quota} {_PERIOD}")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (folder / "cpu.cfs_quota_us").write_text(str(quota))
    except OSError as error:
        raise NoSlices(f"no control groups: {error}") from error
    return Slice(folder, share)


def _remove(folder: Path) -> None:
    """Its process has ended or is about to."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.05)
        else:
            return


def processor_seconds(pid: int) -> float:
    """What a process has used of processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
