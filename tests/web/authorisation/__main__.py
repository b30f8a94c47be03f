"""Writes docs/authorisation.md: `python -m tests.web.authorisation`."""

import asyncio
import tempfile
from pathlib import Path

from alliance.instance import Instance
from alliance.settings import Settings
from alliance.vault import create_secret_file
from federation.wiring import Federation
from migrations.schema import upgrade
from tests.support.clock import FrozenClock
from tests.support.founding import found
from tests.web.authorisation.matrix import observed, written

DOCUMENT = Path(__file__).parents[3] / "docs" / "authorisation.md"


async def _observed(folder: Path) -> str:
    settings = Settings(
        origin="https://nordlicht.example",
        database=f"sqlite:///{folder}/alliance.db",
        secret_file=folder / "alliance.secret",
        media=folder / "media",
    )
    instance = Instance(settings, clock=FrozenClock())
    try:
        await found(instance)
        federation = await Federation.open(instance)
        try:
            return written(await observed(federation))
        finally:
            await federation.close()
    finally:
        await instance.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create_secret_file(folder / "alliance.secret")
        upgrade(f"sqlite:///{folder}/alliance.db")
        DOCUMENT.write_text(asyncio.run(_observed(folder)), "utf-8")


if __name__ == "__main__":
    main()
