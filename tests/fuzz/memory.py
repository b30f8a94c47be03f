"""How much memory a process holds."""

from pathlib import Path


def resident_megabytes(pid: int | str = "self") -> float:
    """Resident memory of a process of this machine, in megabytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
