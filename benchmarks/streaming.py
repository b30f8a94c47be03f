"""What a thousand apps that listen cost, and how soon all of them have heard of a session."""

import asyncio
import resource
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from alliance.apps import give_token, register_app
from alliance.drafting import SessionDraft
from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.publishing import publish_session
from benchmarks.figures import Figure
from benchmarks.surroundings import (
    environment,
    free_port,
    opened,
    resident_megabytes,
    running,
    set_up,
    wait_until_ready,
)

LISTENERS = 1_000
ROUNDS = 5
_MEGABYTES, _SECONDS, _HANDING_OUT = 100, 5, 3
_AT_ONCE = 50
_FILES = 4_096


async def measure(folder: Path) -> list[Figure]:
    """One serving process on SQLite, one app of each of a thousand people; another process publishes."""
    port = free_port()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, _FILES), most))
    settings = await set_up(folder / "instance", port)
    serve = ("-m", "web.command_line", "serve", "--no-worker")
    async with opened(settings) as federation, AsyncExitStack() as stack:
        host, tokens = await _people(federation.instance)
        with running(*serve, more=environment(folder / "instance", port)) as server:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            address = f"{settings.origin.replace('http', 'ws', 1)}/api/v1/streaming?stream=user"
            first = await _listen(stack, address, tokens[0])
            await _heard(federation.instance, host, [first])
            before = resident_megabytes(server.pid)
            others: list[ClientConnection] = []
            for begin in range(1, len(tokens), _AT_ONCE):
                some = tokens[begin : begin + _AT_ONCE]
                others += await asyncio.gather(*(_listen(stack, address, token) for token in some))
            listening = resident_megabytes(server.pid)
            rounds = [await _heard(federation.instance, host, [first, *others]) for _ in range(ROUNDS)]
            told = resident_megabytes(server.pid)
            await stack.aclose()
    return [
        Figure("1,000 idle listeners", listening - before, "MB", target=_MEGABYTES, less_is_better=True),
        Figure("the same, told of 5 sessions", told - before, "MB", target=_MEGABYTES, less_is_better=True),
        Figure(
            "published until the first of 1,000 has heard", max(one for one, _ in rounds), "s",
            target=_SECONDS, less_is_better=True,
        ),
        Figure(
            "published until the last of 1,000 has heard", max(last for _, last in rounds), "s",
            target=_SECONDS, less_is_better=True,
        ),
        Figure(
            "from the first of 1,000 to the last", max(last - one for one, last in rounds), "s",
            target=_HANDING_OUT, less_is_better=True,
        ),
    ]  # fmt: skip


async def _people(instance: Instance) -> tuple[int, list[str]]:
    """A host, and a token of each who listens."""
    tokens = []
    async with instance.unit_of_work() as uow:
        host = await add_employee(uow, "host@birke.example", "Hanne Gast")
        made = await register_app(uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], ("read",), None)
        for number in range(LISTENERS):
            one = await add_employee(uow, f"hoert{number}@birke.example", f"Hört {number}")
            tokens.append((await give_token(uow, made.app, one.id, ("read",))).secret)
    return host.id, tokens


async def _listen(stack: AsyncExitStack, address: str, token: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    opening = connect(address, additional_headers=headers, proxy=None, host="127.0.0.1", compression=None)
    return await stack.enter_async_context(opening)


async def _heard(instance: Instance, host: int, ears: list[ClientConnection]) -> tuple[float, float]:
    """Seconds from the commit until the first and the last have heard of a session."""
    starts_at = (instance.clock.now() + timedelta(days=1)).replace(tzinfo=None, microsecond=0)
    draft = SessionDraft(
        title="Polishing lenses by hand",
        description="What the machine can't feel.",
        language="en",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        meeting_link="https://meet.example/amber-fox",
        audience="public",
    )
    async with instance.unit_of_work() as uow:
        await publish_session(uow, host, draft)
    began = time.perf_counter()

    async def hear(ear: ClientConnection) -> float:
        # Of the session and of nothing else: who holds it passes it on as well, but nobody follows them.
        async with asyncio.timeout(30):
            assert '"update"' in str(await ear.recv())
        return time.perf_counter() - began

    seconds = await asyncio.gather(*(hear(ear) for ear in ears))
    return min(seconds), max(seconds)
