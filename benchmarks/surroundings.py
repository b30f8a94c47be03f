"""What a measurement runs in: an instance in a folder of its own, processes that are ended, free ports."""

import asyncio
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from alliance.employing import found_company
from alliance.settings import Settings
from alliance.vault import create_secret_file
from federation.keys import generate_keys, new_key_pairs
from federation.uris import COMPANY, INSTANCE
from federation.wiring import Federation, open_instance
from migrations import schema

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def machine() -> dict[str, Any]:
    """What figures depend on."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": os.getloadavg()[0],
    }


def environment(folder: Path, port: int, database: str | None = None) -> dict[str, str]:
    """Settings of an instance in `folder`, on SQLite if no database is named, without limits to run into."""
    return {
        "ALLIANCE_ORIGIN": f"http://127.0.0.1:{port}",
        "ALLIANCE_BIND": f"127.0.0.1:{port}",
        "ALLIANCE_DATABASE": database or f"sqlite:///{folder}/alliance.db",
        "ALLIANCE_SECRET_FILE": str(folder / "alliance.secret"),
        "ALLIANCE_MEDIA": str(folder / "media"),
        "ALLIANCE_INBOX_RATE": "0",
        "ALLIANCE_LOG": "error",
        "ALLIANCE_DANGER_PRIVATE_NETWORKS": "1",
    }


async def set_up(folder: Path, port: int, database: str | None = None) -> Settings:
    """An instance in an empty folder: database (an empty one if it is named), secret, company and keys."""
    folder.mkdir()
    create_secret_file(folder / "alliance.secret")
    settings = Settings.from_env(environment(folder, port, database), folder)
    await asyncio.to_thread(schema.upgrade, settings.database)
    async with opened(settings) as federation:
        pairs = await new_key_pairs()
        async with federation.instance.unit_of_work() as uow:
            for actor in (INSTANCE, COMPANY):
                await generate_keys(uow, actor, pairs)
            await found_company(uow, "Nordlicht Optik", language="de", timezone="Europe/Berlin")
    return settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Federation]:
    """The instance, closed at the end."""
    instance, federation = await open_instance(settings)
    try:
        yield federation
    finally:
        await federation.close()
        await instance.close()


@contextmanager
def running(*command: str, more: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of ours with these arguments, ended at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has been compiled
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=kept | (more or {}))
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def keep_to(process: subprocess.Popen[bytes], core: int) -> None:
    """Ties a process that has just begun to one core, as far as there are several to choose from.

    Who sends and who is measured then never take each other's time.
    """
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > core:
        os.sched_setaffinity(process.pid, {cores[core]})


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> float:
    """Seconds until `url` answers 200; asks every five milliseconds."""
    began = time.perf_counter()
    while time.perf_counter() - began < READY_SECONDS:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310 - an address of our own on loopback
                if answer.status == 200:
                    return time.perf_counter() - began
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.005)
    raise RuntimeError(f"{url} is not ready after {READY_SECONDS:.0f} s")


def resident_megabytes(pid: int) -> float:
    """What a process holds in memory, as the system counts it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
