"""The OpenID provider of npm as a child process, and what a test can tell it."""

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

FOLDER = Path(__file__).parent / "provider"
NODE = FOLDER / "node_modules" / ".bin" / "node"
NAME = "login.localhost"
SECRET = "geheim+/= und lang"
_MISSING = "oidc-provider is missing: run `python3 tools/npm_packages.py tests/oidc/provider`"


@dataclass(frozen=True)
class ProviderProcess:
    """The company's provider, at a name and port of its own."""

    port: int
    control: int

    @property
    def issuer(self) -> str:
        return f"https://{NAME}:{self.port}"

    async def open_for(self, origin: str) -> None:
        """Starts anew, with the instance at `origin` as its only client."""
        await self._tell("open", origin=self.issuer, client=origin)

    async def knows(self, subject: str, **claims: Any) -> None:
        """Somebody works at the company, or something about them has changed."""
        await self._tell("person", id=subject, claims=claims)

    async def _tell(self, command: str, **said: Any) -> None:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"http://127.0.0.1:{self.control}/", json={"command": command, **said})
        assert answer.status_code == 204, answer.text


@contextmanager
def provider_process(authority: Authority, log: Path) -> Iterator[ProviderProcess]:
    """The provider, until the block ends. Raises RuntimeError when it can't be started."""
    if not NODE.exists():
        raise RuntimeError(_MISSING)
    certificate = authority.certificate(NAME)
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
            raise RuntimeError(f"it did not start: {log.read_text(encoding='utf-8', errors='replace')}")
        yield ProviderProcess(**json.loads(line))
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
