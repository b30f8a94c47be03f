"""How much longer pages and the API take with a million sessions than with a thousand, on PostgreSQL.

`ALLIANCE_BENCH_KEEP=folder` keeps what was filled there and takes it again the next time: minutes less.
`ALLIANCE_BENCH_ONLY=word` asks only what has the word in its name, `ALLIANCE_BENCH_ROUNDS` how often.
"""

import asyncio
import http.client
import os
import statistics
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import select

from alliance.apps import give_token, register_app
from alliance.feed_addresses import feed_token, open_feeds
from alliance.models import Company, Employee, Partner, Person, Session
from alliance.settings import Settings
from alliance.signing_in import start_sign_in
from benchmarks.databases import AS_OPERATED, server
from benchmarks.figures import Figure
from benchmarks.library import WORDS
from benchmarks.million import BIG, READER, SMALL, Size, fill_to
from benchmarks.requests_at_scale import requests
from benchmarks.surroundings import environment, free_port, opened, running, set_up, wait_until_ready
from federation.wiring import Federation
from migrations import schema
from web.viewer import cookie_name

ROUNDS = 60
_WARM_UP = 5
_RATIO = 1.3
_PATIENCE = 20.0
"""Seconds."""
SIZES = {"small": SMALL, "big": BIG}


@dataclass(frozen=True)
class Side:
    """One of the two instances, as somebody asks it who is signed in."""

    port: int
    host: str
    """What it is called in its origin, which stays the same however often it is served."""
    cookie: str
    token: str
    addresses: Mapping[str, list[str]]
    """By what is asked for; those that begin with `/api/` are asked as an app."""


async def measure(folder: Path) -> list[Figure]:
    """The same questions to both in turn, so that what else the machine does slows both down."""
    kept = Path(os.environ.get("ALLIANCE_BENCH_KEEP", folder / "kept"))
    kept.mkdir(parents=True, exist_ok=True)
    with server(kept, AS_OPERATED) as postgres, ExitStack() as stack:
        sides = {}
        for name, size in SIZES.items():
            database = postgres.url(name) if (kept / name).exists() else postgres.create(name)
            sides[name] = await _prepared(stack, kept / name, database, size)
        return _compared(sides["small"], sides["big"])


async def _prepared(stack: ExitStack, folder: Path, database: str, size: Size) -> Side:
    """An instance that is filled, if it is not yet, and served until the stack is left."""
    port = free_port()
    if not folder.exists():
        began = time.monotonic()
        await _filled(folder, port, database, size)
        print(f"{size.sessions:,} sessions filled in {time.monotonic() - began:.0f} s")
    known = orjson.loads((folder / "filled.json").read_bytes())
    values = environment(folder, known["port"], database) | {"ALLIANCE_BIND": f"127.0.0.1:{port}"}
    settings = Settings.from_env(values, folder)
    await asyncio.to_thread(schema.upgrade, database)
    async with opened(settings) as federation:
        side = await _signed_in(federation, port)
    serving = stack.enter_context(running("-m", "web.command_line", "serve", "--no-worker", more=values))
    wait_until_ready(f"http://127.0.0.1:{port}/readyz", serving)
    return side


async def _filled(folder: Path, port: int, database: str, size: Size) -> None:
    settings = await set_up(folder, port, database)
    async with opened(settings) as federation:
        await fill_to(federation, size)
    (folder / "filled.json").write_bytes(orjson.dumps({"port": port}))


async def _signed_in(federation: Federation, port: int) -> Side:
    """A new sign-in, app and calendar address of the reader, who may see the console."""
    instance = federation.instance
    async with instance.unit_of_work() as uow:
        reader = (await uow.db.scalars(select(Employee).where(Employee.email == READER))).one()
        reader.roles = ["employee", "admin"]
        token = (await start_sign_in(uow, reader)).token
        made = await register_app(uow, "Bench", ["urn:ietf:wg:oauth:2.0:oob"], ("read",), None)
        app = (await give_token(uow, made.app, reader.id, ("read",))).secret
        await open_feeds(uow, reader.id)
    async with instance.reading() as db:
        feed = await feed_token(db, instance.vault, reader.id) or ""
        ahead = select(Session.id).where(Session.starts_at > instance.clock.now())
        sessions = list(await db.scalars(ahead.order_by(Session.starts_at).offset(20).limit(40)))
        allies = select(Company.id).join(Partner).order_by(Company.id).limit(10)
        experts = select(Person.id).where(Person.uri.is_not(None)).order_by(Person.id).limit(10)
        companies, people = list(await db.scalars(allies)), list(await db.scalars(experts))
    addresses = requests(sessions, companies, people, WORDS, feed)
    host = instance.settings.origin.partition("://")[2]
    return Side(port, host, f"{cookie_name(instance.settings)}={token}", app, addresses)


def _compared(small: Side, big: Side) -> list[Figure]:
    rounds = int(os.environ.get("ALLIANCE_BENCH_ROUNDS", ROUNDS))
    only = os.environ.get("ALLIANCE_BENCH_ONLY", "")
    figures = []
    for name in small.addresses:
        if only not in name:
            continue
        few, many = _asked(small, big, name, rounds)
        ratio = statistics.median(many) / statistics.median(few)
        figures.append(
            Figure(f"{name}: a million to a thousand", ratio, "times", _RATIO, less_is_better=True)
        )
        print(_line(name, few, many), flush=True)
    return figures


def _line(name: str, few: list[float], many: list[float]) -> str:
    def shown(times: list[float]) -> str:
        return f"{statistics.median(times):7.1f} {sorted(times)[len(times) * 99 // 100]:7.1f}"

    ratio = statistics.median(many) / statistics.median(few)
    return f"{name:34} half, 99 of 100: {shown(few)} | {shown(many)} ms  x{ratio:.2f}"


def _asked(small: Side, big: Side, name: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer, of both."""
    asking = [
        (side, http.client.HTTPConnection("127.0.0.1", side.port, timeout=_PATIENCE)) for side in (small, big)
    ]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM_UP + rounds):
        for (side, connection), taken in zip(asking, times, strict=True):
            addresses = side.addresses[name]
            began = time.perf_counter()
            try:
                _ask(side, connection, addresses[number % len(addresses)])
            except TimeoutError:  # as long as this at least; the others are measured all the same
                connection.close()
                return times[0] or [1.0], [_PATIENCE * 1000]
            taken.append((time.perf_counter() - began) * 1000)
    return times[0][_WARM_UP:], times[1][_WARM_UP:]


def _ask(side: Side, connection: http.client.HTTPConnection, address: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "de", "Cookie": side.cookie}
    if address.startswith("/api/"):
        headers = {"Authorization": f"Bearer {side.token}"}
    elif address.startswith("/company"):
        headers = {"Accept": "application/activity+json"}
    connection.request("GET", address, headers={**headers, "Host": side.host})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (address, answer.status, body[:300])
