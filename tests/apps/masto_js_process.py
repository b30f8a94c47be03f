"""masto.js as a child process, and what a test can have it do."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "masto_js"
NODE = FOLDER / "node_modules" / ".bin" / "node"
_MISSING = "masto.js is missing: run `python3 tools/npm_packages.py tests/apps/masto_js` (make test does)."
_SECONDS = 20
_MOST_BYTES = 1 << 22


@dataclass(frozen=True)
class Exchange:
    """A request that the library made, and the answer to it as it came."""

    method: str
    path: str
    status: int
    body: str


@dataclass(frozen=True)
class Outcome:
    """What a call came to in the library: a value with names as JavaScript has them, or an error."""

    value: Any
    error: str
    exchanges: tuple[Exchange, ...]

    @property
    def good(self) -> Any:
        """The value. Raises AssertionError with the error, if there is one."""
        assert not self.error, self.error
        return self.value


class MastoJs:
    """The library; one thing after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def do(self, what: str, **said: Any) -> Outcome:
        """Has it do something. Raises TimeoutError and AssertionError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **said}).encode() + b"\n")
        async with asyncio.timeout(_SECONDS):
            line = await self._process.stdout.readline()
        assert line, "masto.js has ended; what it said is in the output of the test"
        told = json.loads(line)
        exchanges = tuple(Exchange(**one) for one in told["requests"])
        return Outcome(told.get("value"), told.get("error", ""), exchanges)

    async def call(self, name: str, selected: Sequence[str] = (), given: Any = None) -> Outcome:
        """`await js.call("v1.accounts.$select.follow", [id])`; in `given`, names as JavaScript has them."""
        chosen = iter(selected)
        path = [[next(chosen)] if step == "$select" else step for step in name.split(".")]
        return await self.do("call", client="rest", path=path, **({} if given is None else {"given": given}))


def picture(data: bytes) -> dict[str, str]:
    """A file among what is given to a call."""
    return {"base64": b64encode(data).decode()}


@asynccontextmanager
async def masto_js() -> AsyncIterator[MastoJs]:
    """The library, until the block ends. Raises RuntimeError when it is not there."""
    if not NODE.exists():
        raise RuntimeError(_MISSING)
    process = await asyncio.create_subprocess_exec(
        NODE, "control.mjs", cwd=FOLDER, stdin=PIPE, stdout=PIPE, limit=_MOST_BYTES
    )
    try:
        yield MastoJs(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
