"""The terminal client toot (PyPI), as a program: it signs somebody in and is told commands."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.apps.signing_in import copied_code

SECONDS = 60
_VOTE = """
import json, sys
from toot import api, config
user, app = config.get_active_user_app()
print(json.dumps(api.vote(app, user, sys.argv[1], [int(sys.argv[2])])))
"""


@dataclass(frozen=True)
class Toot:
    """The program with a configuration of its own."""

    folder: Path

    async def sign_in(self, origin: str) -> str:
        """`toot login`: opens no browser, shows where to go, and is given the code from there."""
        process = await self._begun("login", "--instance", origin)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"n\n")
        async with asyncio.timeout(SECONDS):
            while not (line := await process.stdout.readline()).startswith(b"http"):
                assert line, "toot has ended without showing an address"
            process.stdin.write(f"{await copied_code(origin, line.decode().strip())}\n".encode())
            said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def says(self, *words: str) -> str:
        """What a command prints. Raises AssertionError with it when the command fails."""
        return await self._ended(await self._begun(*words))

    async def tells(self, *words: str) -> Any:
        """The same as JSON."""
        return json.loads(await self.says(*words, "--json"))

    async def votes(self, poll: str, choice: int) -> Any:
        """What its window with polls does, which only a keyboard opens: the same call of its own."""
        return json.loads(await self._ended(await self._python("-c", _VOTE, poll, str(choice))))

    async def _ended(self, process: asyncio.subprocess.Process) -> str:
        async with asyncio.timeout(SECONDS):
            said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def _begun(self, *words: str) -> asyncio.subprocess.Process:
        return await self._python("-m", "toot", *words)

    async def _python(self, *words: str) -> asyncio.subprocess.Process:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOOT_")}
        surroundings = {**kept, "XDG_CONFIG_HOME": str(self.folder), "COLUMNS": "100"}
        return await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=surroundings
        )
