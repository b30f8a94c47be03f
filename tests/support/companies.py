"""Real instances as child processes that can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.eventually import eventually

PASSWORD = "correct horse battery staple"
_READY_SECONDS = 90
_PARTNERS = "SELECT company.host, partner.state FROM partner JOIN company ON company.id = partner.company_id"


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class CompanyProcess:
    """One instance: its folder, the port that others use and the port where it really listens."""

    name: str
    folder: Path
    public_port: int
    bind_port: int
    kills: int = 0
    source: Path | None = None
    """Where its code is, when that is not this checkout."""
    _process: Process | None = None

    @property
    def host(self) -> str:
        return f"{self.name}.localhost:{self.public_port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def admin(self) -> str:
        return f"admin@{self.name}.example"

    @property
    def database(self) -> Path:
        return self.folder / "alliance.db"

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ALLIANCE_")}
        code = {"PYTHONPATH": str(self.source)} if self.source else {}
        return {**kept, **code, "ALLIANCE_DANGER_PRIVATE_NETWORKS": "1", "ALLIANCE_LOG": "warning"}

    async def command(self, *arguments: str, given: str = "") -> str:
        """Runs an `alliance` command in the instance's folder and returns what it printed."""
        process = await asyncio.create_subprocess_exec(
            *_program(),
            *arguments,
            cwd=self.folder,
            env=self._environment(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, error = await process.communicate(given.encode())
        if process.returncode != 0:
            raise RuntimeError(f"{self.name}: {' '.join(arguments)}: {error.decode()}")
        return out.decode()

    async def found(self) -> None:
        """Sets the company up with one admin."""
        self.folder.mkdir(parents=True)
        company = self.name.capitalize()
        await self.command(
            *("init", "--company", company, "--origin", self.origin, "--admin", self.admin),
            "--password-stdin",
            given=PASSWORD,
        )

    async def start(self) -> None:
        """Starts the server and waits until it answers."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                *_program(),
                "serve",
                "--bind",
                f"127.0.0.1:{self.bind_port}",
                cwd=self.folder,
                env=self._environment(),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        await self.ready()

    async def ready(self) -> None:
        """Returns once /readyz says yes. Raises TimeoutError after 90 s."""
        async with asyncio.timeout(_READY_SECONDS), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.get(f"http://127.0.0.1:{self.bind_port}/readyz", timeout=2)
                    if answer.status_code == 200:
                        return
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Ends the server at once, as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
            self._process = None
            self.kills += 1

    async def stop(self) -> None:
        """Ends the server in good order."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None


def _program() -> tuple[str, ...]:
    return (sys.executable, "-c", "from web.command_line import main; main()")


async def ally(companies: list[CompanyProcess]) -> None:
    """Lets every company invite every later one, and waits until all are allied."""
    for index, one in enumerate(companies):
        for other in companies[index + 1 :]:
            await one.command("partner", "invite", other.origin, "--yes")
            await _until_listed(other, one.host, "asking")
            await other.command("partner", "accept", one.host)
            await _until_listed(one, other.host, "allied")
            await _until_listed(other, one.host, "allied")


async def _until_listed(company: CompanyProcess, host: str, state: str) -> None:
    """Looks into the database: a command takes a second of processor time, and its looks would be many."""

    def listed() -> bool:
        with contextlib.closing(
            sqlite3.connect(f"file:{company.database}?mode=ro", uri=True, timeout=30)
        ) as db:
            return (host, state) in db.execute(_PARTNERS)

    await eventually(listed, within=60)
