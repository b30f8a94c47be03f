"""Mutated signed requests at a running instance: a process of its own, real sockets, keys that it fetches."""

import asyncio
import contextlib
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from federation.signatures import Dialect, KeyKind
from tests.command_line.running import PROGRAM, environment
from tests.federation.test_inbox import multikey
from tests.fuzz.memory import resident_megabytes
from tests.fuzz.mutations import Request, mutated, on_the_wire
from tests.partner import Partner, RunningClock, partner
from tests.support.companies import free_port
from tests.support.eventually import eventually

AT_ONCE = 32
ANSWER_SECONDS = 1.0
"""The longest that an answer may take, apart from waiting for bytes that never come."""
_GIVE_UP_SECONDS = 1.5


@dataclass
class Seen:
    """How a running instance took it; `silent` are requests that it waited for more of, or closed."""

    statuses: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    slowest: float = 0.0
    warm_mb: float = 0.0
    end_mb: float = 0.0
    is_alive: bool = False

    @property
    def errors(self) -> dict[int, int]:
        """Answers of 5xx."""
        return {status: number for status, number in self.statuses.items() if status >= 500}


@dataclass
class Running:
    """An instance in a process of its own."""

    port: int
    pid: int

    @property
    def origin(self) -> str:
        """Its address."""
        return f"http://nordlicht.localhost:{self.port}"


@asynccontextmanager
async def instance(folder: Path) -> AsyncIterator[Running]:
    """`alliance serve` with a fresh database, no limit of requests, and loopback allowed."""
    port = free_port()
    origin = f"http://nordlicht.localhost:{port}"
    settings = {"ALLIANCE_DANGER_PRIVATE_NETWORKS": "yes", "ALLIANCE_INBOX_RATE": "0"}
    settings |= {"ALLIANCE_LOG": "warning", "ALLIANCE_BIND": f"127.0.0.1:{port}"}
    environ = environment(**settings)
    found = [*PROGRAM, "init", "--company", "Nordlicht", "--origin", origin]
    subprocess.run(found, cwd=folder, env=environ, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*PROGRAM, "serve"], cwd=folder, env=environ, stdout=log, stderr=log)
    try:
        await eventually(lambda: _answers(port), within=60)
        yield Running(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def _answers(port: int) -> bool:
    try:
        return (await _send(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))[0] == 200
    except OSError:
        return False


async def _send(port: int, raw: bytes) -> tuple[int | None, float]:
    """The status of the first answer, None for none; and how long it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    line = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        writer.write(raw)
        async with asyncio.timeout(_GIVE_UP_SECONDS):
            while (line := await reader.readline()).startswith((b"HTTP/1.1 1", b"\r\n")):
                continue  # 100 Continue
    writer.close()
    parts = line.split(b" ")
    status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
    return status, time.perf_counter() - began


def requests_of(them: Partner, running: Running) -> list[Request]:
    """Well-formed, signed requests of several kinds in both dialects and with both kinds of key."""
    inbox = f"{running.origin}/inbox"
    ed25519 = them.key(kind=KeyKind.ED25519)
    them.add_actor(assertionMethod=[multikey(ed25519)])
    person = them.add_actor("/people/7", "Person", name="Mira")
    made = []
    kinds = (
        "Create",
        "Update",
        "Delete",
        "Follow",
        "Undo",
        "Announce",
        "Join",
        "Like",
        "Flag",
        "Move",
        "Block",
    )
    for number, kind in enumerate(kinds):
        activity = them.activity(kind, number, actor=person)
        for dialect in Dialect:
            headers, body = them.signed(inbox, activity, key=them.key(person), dialect=dialect)
            made.append(on_the_wire("POST", "/inbox", headers, body))
        headers, body = them.signed(
            inbox, them.activity(kind, f"e{number}"), key=ed25519, dialect=Dialect.RFC9421
        )
        made.append(on_the_wire("POST", "/inbox", headers, body))
    return made


async def fuzz_door(folder: Path, number: int, chosen: int = 1) -> Seen:
    """Sends `number` mutated requests; tells how they were answered and what it cost the process."""
    seen, choose = Seen(), random.Random(chosen)
    async with partner(RunningClock()) as them, instance(folder) as running:
        made = requests_of(them, running)
        for request in made:
            await _send(running.port, b"\r\n".join(request))
        left = iter(range(number))

        async def send_some() -> None:
            for count in left:
                status, seconds = await _send(running.port, mutated(choose.choice(made), choose))
                if status is None:
                    seen.silent += 1
                else:
                    seen.statuses[status] += 1
                    seen.slowest = max(seen.slowest, seconds)
                if count == number // 5:
                    seen.warm_mb = resident_megabytes(running.pid)

        await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
        seen.end_mb = resident_megabytes(running.pid)
        seen.is_alive = await _answers(running.port)
    return seen
