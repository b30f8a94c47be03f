"""The server written with Fedify as a child process, and what a test can tell it to do."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.authority import Authority

FOLDER = Path(__file__).parent / "fedify"
NODE = FOLDER / "node_modules" / ".bin" / "node"
NAMES = ("first-rfc9421", "first-cavage", "only-rfc9421")
_MISSING = "Fedify is not installed: run `python3 tools/npm_packages.py tests/peers/fedify` (make test does)."


@dataclass(frozen=True)
class FedifyServer:
    """One of the servers of the process: a name of its own, an actor of its own."""

    name: str
    port: int
    control: int

    @property
    def origin(self) -> str:
        return f"https://{self.name}.localhost:{self.port}"

    @property
    def host(self) -> str:
        return f"{self.name}.localhost:{self.port}"

    @property
    def actor(self) -> str:
        return f"{self.origin}/users/robin"

    async def tell(self, command: str, **said: Any) -> Any:
        """Has the server do something; what it answers. Raises AssertionError with its own words."""
        async with httpx.AsyncClient() as client:
            given = {"server": self.name, "command": command, **said}
            answer = await client.post(f"http://127.0.0.1:{self.control}/", json=given, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, type_: str, to: str, **said: Any) -> dict[str, Any]:
        """Has it send an activity to an actor; tells the id of the activity and of its object."""
        sent: dict[str, Any] = await self.tell("send", type=type_, to=to, **said)
        return sent

    async def received(self, type_: str, about: str | None = None) -> dict[str, Any] | None:
        """The newest activity of a type that Fedify has verified and handed to its listener, if any."""
        for activity in reversed((await self.tell("received"))["received"]):
            if activity["type"] == type_ and about in (None, activity["object"]):
                found: dict[str, Any] = activity
                return found
        return None

    async def doors(self) -> list[tuple[str | None, int]]:
        """Dialect and answer of each POST that came in."""
        return [(door["dialect"], door["status"]) for door in (await self.tell("received"))["doors"]]


@contextmanager
def fedify(authority: Authority, log: Path) -> Iterator[dict[str, FedifyServer]]:
    """All its servers by name, until the block ends. Raises RuntimeError when it can't be started."""
    if not NODE.exists():
        raise RuntimeError(_MISSING)
    certificate = authority.certificate(*(f"{name}.localhost" for name in NAMES))
    environ = {**os.environ, "NODE_EXTRA_CA_CERTS": str(authority.file)}
    command = [str(NODE), "server.mjs", str(certificate.chain), str(certificate.key)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=FOLDER, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"Fedify did not start: {log.read_text(encoding='utf-8', errors='replace')}")
        ports = json.loads(line)
        yield {name: FedifyServer(name, **ports) for name in NAMES}
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
