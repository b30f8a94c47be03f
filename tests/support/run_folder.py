"""The folder of a run of the tests: in memory where there is room, so that nothing waits for a disk."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 3 * 1024**3
_PREFIX = "alliance-"
"""Short, because the names of sockets below are at most 107 bytes long."""


def new_run_folder() -> Path:
    """A folder of our own with `run.pid` in it; what runs that were killed left in memory goes first."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_parent()))
    (folder / "run.pid").write_text(str(os.getpid()), encoding="ascii")
    return folder


def _parent() -> Path | None:
    if not os.access(_MEMORY, os.W_OK):
        return None
    for left in _MEMORY.glob(f"{_PREFIX}*"):
        if _is_over(left / "run.pid"):
            shutil.rmtree(left, ignore_errors=True)
    # Containers often have 64 MB there.
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None


def _is_over(pid: Path) -> bool:
    """Whether the process that began the run has ended; one that is just beginning has not said who it is."""
    try:
        os.kill(int(pid.read_text(encoding="ascii")), 0)
    except (FileNotFoundError, ValueError, PermissionError):
        return False
    except ProcessLookupError:
        return True
    return False
