"""A worker in a process of its own, so that a test can kill it: `python -m tests.worker_process SETTINGS`."""

import asyncio
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from alliance.settings import Settings
from federation.wiring import open_instance
from federation.worker import Worker


def settings_from(text: str) -> Settings:
    """Settings from what `as_text` made."""
    values = json.loads(text)
    return Settings(
        origin=values["origin"],
        database=values["database"],
        secret_file=Path(values["secret_file"]),
        media=Path(values["media"]),
        danger_private_networks=True,
    )


def as_text(settings: Settings) -> str:
    """What a worker has to know, as one argument."""
    return json.dumps(
        {
            "origin": settings.origin,
            "database": settings.database,
            "secret_file": str(settings.secret_file),
            "media": str(settings.media),
        }
    )


async def work(settings: Settings, lease_seconds: float) -> None:
    """Works until SIGTERM."""
    instance, federation = await open_instance(settings)
    worker = Worker(federation, lease=timedelta(seconds=lease_seconds), chores=())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    try:
        await worker.run()
    finally:
        await federation.close()
        await instance.close()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(work(settings_from(sys.argv[1]), float(sys.argv[2])))
