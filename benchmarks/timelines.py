"""How many home timelines a process answers in a second, and how long one takes, among 100,000 statuses."""

import http.client
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import delete, insert, select

from alliance.apps import give_token, register_app
from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.models import Company, Employee, Interest, Person, Posting, Reaction, Session
from alliance.rebuilding_postings import rebuild_postings
from benchmarks.figures import Figure
from benchmarks.library import fill
from benchmarks.surroundings import environment, free_port, opened, running, set_up, wait_until_ready

READERS = 20
"""As many as the limit of 300 requests in five minutes for each takes."""
FOLLOWED = 200
PER_READER = 200
TOGETHER = 4
"""Connections at once, when it is counted how many requests the process answers in a second."""
_RATE = 350
_HALF, _WORST = 3, 12
_LIKES = 3


async def measure(folder: Path) -> list[Figure]:
    """One serving process on SQLite; 20 statuses for people who follow 200 accounts.

    How long one takes is measured one after another, how many are answered with a few connections at once.

    Some follow whoever says much, the others experts who have hardly said anything for a long time.
    """
    port = free_port()
    settings = await set_up(folder / "instance", port)
    async with opened(settings) as federation:
        instance = federation.instance
        await fill(instance)
        await rebuild_postings(instance)
        await _like(instance)
        busy = [await _reader(instance, number, rare=False) for number in range(READERS)]
        rare = [await _reader(instance, number, rare=True) for number in range(READERS, 2 * READERS)]
    serve = ("-m", "web.command_line", "serve", "--no-worker")
    with running(*serve, more=environment(folder / "instance", port)) as server:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
        figures = _measured(port, busy, "home timeline")
        figures += _measured(port, rare, "home timeline, rare")
    return figures


def _measured(port: int, tokens: list[str], name: str) -> list[Figure]:
    times = sorted(_asked(port, tokens, PER_READER // 4))
    began = time.perf_counter()
    with ThreadPoolExecutor(TOGETHER) as crowd:
        shares = [tokens[number::TOGETHER] for number in range(TOGETHER)]
        answered = sum(len(part) for part in crowd.map(lambda share: _asked(port, share, PER_READER), shares))
    took = time.perf_counter() - began
    return [
        Figure(f"{name}, half", statistics.median(times), "ms", target=_HALF, less_is_better=True),
        Figure(f"{name}, 99 of 100", times[len(times) * 99 // 100], "ms", target=_WORST, less_is_better=True),
        Figure(f"{name}, {TOGETHER} connections", answered / took, "per second", target=_RATE),
    ]


def _asked(port: int, tokens: list[str], each: int) -> list[float]:
    """Milliseconds of each answer, over one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for token in tokens * (each + 1):
        before = time.perf_counter()
        _ask(connection, token)
        times.append((time.perf_counter() - before) * 1000)
    return times[len(tokens) :]


def _ask(connection: http.client.HTTPConnection, token: str) -> None:
    connection.request("GET", "/api/v1/timelines/home", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:200])
    assert body.count(b'"favourited"') >= 20, "a page has twenty statuses"


async def _reader(instance: Instance, number: int, *, rare: bool) -> str:
    """The token of somebody who follows 200: companies and experts, or experts alone."""
    async with instance.unit_of_work() as uow:
        reader: Employee = await add_employee(uow, f"reader{number}@bench.example", f"Reader {number}")
        companies = [] if rare else list(await uow.db.scalars(select(Company.id).where(~Company.is_home)))
        experts = list(await uow.db.scalars(select(Person.id).where(Person.uri.is_not(None))))
        chosen = random.Random(number).sample(experts, FOLLOWED - len(companies))
        rows = [
            {"id": uow.new_id(), "person_id": reader.id, "since": uow.now, kind: one}
            for kind, ids in (("company_id", companies), ("expert_id", chosen))
            for one in ids
        ]
        for row in rows:
            await uow.db.execute(insert(Interest), [row])
        scopes = ("read",)
        made = await register_app(uow, "Bench", ["urn:ietf:wg:oauth:2.0:oob"], scopes, "")
        given = await give_token(uow, made.app, reader.id, scopes)
    if rare:
        await _silence(instance, chosen)
    return given.secret


async def _silence(instance: Instance, experts: list[int]) -> None:
    """Of what these experts and our own company said only a little is left, the oldest."""
    async with instance.unit_of_work() as uow:
        said = select(Posting.author_id, Posting.id).where(Posting.author_id.in_(experts))
        left: dict[int, int] = {}
        for author, number in await uow.db.execute(said.order_by(Posting.id)):
            left.setdefault(author, number)
        stale = delete(Posting).where(Posting.author_id.in_(experts), Posting.id.not_in(left.values()))
        await uow.db.execute(stale, execution_options={"synchronize_session": False})


async def _like(instance: Instance) -> None:
    """Three people each find the newest sessions interesting."""
    async with instance.unit_of_work() as uow:
        newest = await uow.db.scalars(select(Session.id).order_by(Session.id.desc()).limit(2000))
        rows = [
            {
                "id": uow.new_id(),
                "session_id": number,
                "kind": "like",
                "actor": f"https://firma1.example/people/{who}",
                "host": "firma1.example",
                "activity_uri": "",
                "created_at": uow.now,
            }
            for number in newest
            for who in range(_LIKES)
        ]
        await uow.db.execute(insert(Reaction), rows)
