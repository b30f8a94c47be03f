"""The drill: people publish, allies send, and one thing after the other is taken away and comes back."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from alliance.employing import add_employee
from alliance.identifiers import SystemClock
from alliance.settings import Settings
from alliance.signing_in import hash_password
from alliance.vault import create_secret_file
from federation.wiring import Federation
from tests.command_line.running import environment
from tests.failover.allies import Ally, relate
from tests.failover.employees import ANSWER_SECONDS, Employees
from tests.failover.processes import Supervised
from tests.failover.servers import Servers, servers
from tests.failover.verdict import Verdict, is_through, judge
from tests.federation.engine import federating
from tests.partner import partner
from tests.support.companies import PASSWORD, free_port
from tests.support.eventually import eventually
from tests.support.founding import found

ORIGIN = "http://nordlicht.localhost:8001"
EMPLOYEES = 10
ALLIES = 5
PUBLISHED_A_MINUTE = 50
RECEIVED_A_MINUTE = 500
READY_SECONDS = 60.0
SETTLE_SECONDS = 240.0


@dataclass(frozen=True)
class Disturbance:
    """Something that happened, from when until it was undone (`time.time`)."""

    name: str
    began: float
    ended: float


@dataclass(frozen=True)
class Outcome:
    """All that was seen."""

    began: float
    ended: float
    settled_after: float
    disturbances: Sequence[Disturbance]
    employees: Employees
    allies: Sequence[Ally]
    processes: Sequence[Supervised]
    verdict: Verdict
    clock_offset: float
    """What to add to the moments that allies noted (the loop's clock)."""


@dataclass
class Company:
    """What runs, and who uses it."""

    us: Federation
    servers: Servers
    processes: Sequence[Supervised]
    """Two that serve, two that work."""
    employees: Employees
    allies: Sequence[Ally]


def disturbances(company: Company, minutes: float) -> list[tuple[float, Callable[[], Awaitable[str]]]]:
    """When each begins, as a share of the whole, and what does it and tells what it was."""
    below, (first, second) = company.servers, company.processes[2:]
    full = max(30.0 * minutes / 10, 8.0)

    async def kill(one: Supervised) -> str:
        one.kill()
        return "a worker is killed"

    async def restart() -> str:
        await asyncio.to_thread(below.restart_primary)
        return "the primary is restarted"

    async def restart_pooler() -> str:
        await asyncio.to_thread(below.restart_pooler)
        return "the pooler is restarted"

    async def fill() -> str:
        ended = await asyncio.to_thread(below.fill_disk, full)
        return f"the primary's disk is full for {full:.0f} s" + (" (it ended itself)" if ended else "")

    async def fail_over() -> str:
        await asyncio.to_thread(below.fail_over)
        return "the primary dies, the replica takes over after 5 s"

    return [
        (0.07, lambda: kill(first)),
        (0.22, restart),
        (0.36, restart_pooler),
        (0.50, fill),
        (0.66, fail_over),
        (0.82, lambda: kill(second)),
    ]


async def drill(minutes: float, folder: Path, console: Console) -> Outcome:
    """All of it, in an empty folder."""
    async with company(folder) as here:
        console.print(f"ready; {minutes:g} minutes begin")
        offset = time.time() - asyncio.get_running_loop().time()
        began = time.time()
        happened = await _work(here, minutes, console)
        ended = time.time()
        try:
            await eventually(
                lambda: is_through(here.us, here.employees, here.allies), within=SETTLE_SECONDS, every=0.5
            )
        except AssertionError as error:
            console.print(f"[red]not settled: {error}[/]")
        settled = time.time() - ended
        verdict = await judge(here.us, here.employees, here.allies, here.processes)
        return Outcome(
            began, ended, settled, happened, here.employees, here.allies, here.processes, verdict, offset
        )


async def _work(here: Company, minutes: float, console: Console) -> list[Disturbance]:
    """Load from the first to the last second, disturbed by plan; returns when the last wish was answered."""
    seconds = minutes * 60
    async with asyncio.TaskGroup() as group:
        group.create_task(_publish(here.employees, round(PUBLISHED_A_MINUTE * minutes)))
        for number, ally in enumerate(here.allies):
            count = round(RECEIVED_A_MINUTE * minutes / ALLIES)
            group.create_task(_happen(ally, count, number * 60 / RECEIVED_A_MINUTE))
        disturbing = group.create_task(_disturb(here, minutes, seconds, console))
    return disturbing.result()


async def _publish(employees: Employees, count: int) -> None:
    began = time.time()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await _until(began + number * 60 / PUBLISHED_A_MINUTE)
            group.create_task(employees.offer(number))


async def _happen(ally: Ally, count: int, after: float) -> None:
    began = time.time() + after
    for number in range(count):
        await _until(began + number * 60 * ALLIES / RECEIVED_A_MINUTE)
        ally.happen()


async def _disturb(here: Company, minutes: float, seconds: float, console: Console) -> list[Disturbance]:
    began, happened = time.time(), []
    for share, do in disturbances(here, minutes):
        await _until(began + share * seconds)
        start = time.time()
        name = await do()
        happened.append(Disturbance(name, start, time.time()))
        console.print(f"{start - began:6.1f} s  {name}, {time.time() - start:.1f} s")
    return happened


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.time()))


@asynccontextmanager
async def company(folder: Path) -> AsyncIterator[Company]:
    """Everything runs, everybody is signed in, and every ally follows."""
    folder.chmod(0o755)
    create_secret_file(folder / "alliance.secret")
    async with AsyncExitStack() as stack:
        below = stack.enter_context(servers())
        settings = Settings(
            origin=ORIGIN, database=below.pooler.url,
            secret_file=folder / "alliance.secret", media=folder / "media",
        )  # fmt: skip
        clock = SystemClock()
        us = await stack.enter_async_context(federating(settings, clock))
        await found(us.instance)
        emails = [f"mara{number}@nordlicht.example" for number in range(EMPLOYEES)]
        password = hash_password(PASSWORD)
        async with us.instance.unit_of_work() as uow:
            for number, email in enumerate(emails):
                await add_employee(uow, email, f"Mara Lindqvist {number}", password_hash=password)
        ports = [free_port(), free_port()]
        processes = _processes(ports, folder, settings)
        for process in processes:
            process.start()
            stack.callback(process.end)
            task = asyncio.create_task(process.watch())
            stack.callback(task.cancel)
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        employees = Employees([await stack.enter_async_context(_browser()) for _ in emails], urls)
        allies = []
        for number in range(ALLIES):
            server = await stack.enter_async_context(partner(clock, f"127.0.0.{11 + number}"))
            ally = Ally(server, ORIGIN, lambda: _offered(employees), random.Random(number))
            ally.introduce_people()
            await relate(us, ally)
            ally.follow()
            sending = asyncio.create_task(ally.send([f"{url}/inbox" for url in urls]))
            stack.callback(sending.cancel)
            allies.append(ally)
        for browser, email in zip(employees.browsers, emails, strict=True):
            await eventually(lambda: employees.sign_in(browser, email), within=READY_SECONDS, every=0.2)
        await eventually(lambda: all(ally.server.received for ally in allies), within=READY_SECONDS)
        employees.told.clear()
        for ally in allies:
            ally.told.clear()
        yield Company(us, below, processes, employees, allies)


def _processes(ports: Sequence[int], folder: Path, settings: Settings) -> list[Supervised]:
    environ = environment(
        ALLIANCE_ORIGIN=settings.origin, ALLIANCE_DATABASE=settings.database,
        ALLIANCE_SECRET_FILE=str(settings.secret_file), ALLIANCE_MEDIA=str(settings.media),
        ALLIANCE_DANGER_PRIVATE_NETWORKS="1",
    )  # fmt: skip
    serving = [("serve", "--no-worker", "--bind", f"127.0.0.1:{port}") for port in ports]
    commands = [*serving, ("worker",), ("worker",)]
    return [Supervised(one, folder / f"log-{number}", environ) for number, one in enumerate(commands)]


def _browser() -> httpx.AsyncClient:
    headers = {
        "Host": ORIGIN.partition("://")[2], "Sec-Fetch-Site": "same-origin",
        "Accept": "text/html", "Accept-Language": "en",
    }  # fmt: skip
    return httpx.AsyncClient(headers=headers, timeout=ANSWER_SECONDS)


def _offered(employees: Employees) -> list[str]:
    return [f"{ORIGIN}{wish.path}" for wish in employees.wishes if wish.path]
