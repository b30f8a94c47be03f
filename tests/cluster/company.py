"""A company with two serving and two working processes on one PostgreSQL, and what the world sees of it."""

import asyncio
import itertools
import json
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import select

from alliance.employing import add_employee
from alliance.identifiers import SystemClock
from alliance.models import Session
from alliance.settings import Settings
from alliance.signing_in import hash_password
from alliance.vault import create_secret_file
from federation.models import ReceivedActivity
from federation.wiring import Federation
from tests.command_line.running import PROGRAM, environment
from tests.federation.engine import federating
from tests.federation.test_inbox import INBOX, relate
from tests.partner import Partner, partner
from tests.support.companies import PASSWORD, free_port
from tests.support.eventually import eventually
from tests.support.founding import found

ORIGIN = "http://nordlicht.localhost:8001"
HOST = {"Host": "nordlicht.localhost:8001"}
MARA = "mara@nordlicht.example"
SECONDS = 40


@dataclass
class Cluster:
    """The processes, the partner that follows the company, and what both were promised."""

    us: Federation
    them: Partner
    browsers: Sequence[httpx.AsyncClient]
    processes: Sequence[subprocess.Popen[bytes]]
    folder: Path
    published: dict[str, float] = field(default_factory=dict)
    """Titles that were answered with a page of their own, and when."""
    accepted: list[str] = field(default_factory=list)
    """Activities that were answered with 202."""
    wrong: list[str] = field(default_factory=list)
    """Answers that are none: neither done nor an honest 503."""
    told_later: int = 0
    longest_pause: float = 0.0
    """Seconds between two sessions that were published."""
    _tried: Iterator[int] = field(default_factory=itertools.count)

    async def publish(self) -> None:
        """Publishes a session on one of the servers; what is answered with 503 is not tried again."""
        number = next(self._tried)
        title = f"Linsen schleifen {number}"
        answer = await self._asked(number, "/sessions/new", data=session_form(title), **_SAME_ORIGIN)
        if answer is not None:
            now = asyncio.get_running_loop().time()
            if self.published:
                self.longest_pause = max(self.longest_pause, now - max(self.published.values()))
            self.published[title] = now

    async def receive(self) -> None:
        """The partner sends something that has to be answered, and tries again as servers do."""
        number = next(self._tried)
        who = self.them.add_actor(f"/people/{number}", "Person")
        follow = self.them.activity("Follow", number, actor=who, object=f"{ORIGIN}/company")
        await eventually(lambda: self._taken(number, who, follow), within=SECONDS, every=0.2)
        self.accepted.append(follow["id"])

    async def _taken(self, number: int, who: str, follow: dict[str, object]) -> bool:
        headers, body = self.them.signed(INBOX, follow, key=self.them.key(who))
        return await self._asked(number, "/inbox", content=body, headers=headers | HOST) is not None

    async def _asked(self, number: int, path: str, **what: object) -> httpx.Response | None:
        answer = await self.browsers[number % len(self.browsers)].post(path, **what)  # type: ignore[arg-type]
        if answer.status_code in (202, 303):
            return answer
        if answer.status_code == 503 and "retry-after" in answer.headers:
            self.told_later += 1
        else:
            self.wrong.append(f"{path}: {answer.status_code} {answer.text[:300]}")
        return None

    async def are_ready(self, *, wanted: int) -> bool:
        """Whether /readyz of every server answers as wanted."""
        answers = [await browser.get("/readyz") for browser in self.browsers]
        return all(answer.status_code == wanted for answer in answers)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Publishes and receives without a pause."""
        stop = asyncio.Event()

        async def repeat(what: str) -> None:
            while not stop.is_set():
                await (self.publish() if what == "publish" else self.receive())
                await asyncio.sleep(0.05)

        tasks = [asyncio.create_task(repeat(what)) for what in ("publish", "receive")]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def goes_on(self) -> None:
        """Waits until some more was published and received."""
        wanted = len(self.published) + 4, len(self.accepted) + 4
        await eventually(
            lambda: len(self.published) >= wanted[0] and len(self.accepted) >= wanted[1], within=SECONDS
        )

    async def nothing_is_missing(self) -> dict[str, list[str]]:
        """Waits until everything went through; tells what did not, and what came twice."""
        with suppress(AssertionError):
            await eventually(self._is_through, within=SECONDS, every=0.2)
        came = self._came()
        answered = Counter(
            _id(got.activity["object"])
            for got in self.them.received
            if got.activity["type"] == "Accept" and not got.repeated
        )
        return {
            "sessions that are missing": sorted(set(self.published) - set(came)),
            "sessions that came twice": [title for title, count in came.items() if count > 1],
            "activities without an answer": [one for one in self.accepted if one not in answered],
            "activities that were answered twice": [one for one, count in answered.items() if count > 1],
            "activities that wait": await self._waiting(),
            "wrong answers": self.wrong,
            "processes that ended": [str(one.args) for one in self.processes if one.poll() is not None],
            "defects in the logs": self._defects(),
        }

    def slowest(self) -> float:
        """The longest that a published session took to the partner, in seconds."""
        return max(
            got.at - self.published[title]
            for got in self.them.received
            if (title := _title(got.activity)) in self.published
        )

    async def _is_through(self) -> bool:
        answered = sum(got.activity["type"] == "Accept" for got in self.them.received)
        return (
            set(self.published) <= set(self._came())
            and answered >= len(self.accepted)
            and not await self._waiting()
        )

    def _came(self) -> Counter[str]:
        return Counter(
            _title(got.activity)
            for got in self.them.received
            if got.activity["type"] == "Create" and not got.repeated
        )

    async def _waiting(self) -> list[str]:
        async with self.us.instance.reading() as db:
            rows = await db.execute(select(ReceivedActivity.uri, ReceivedActivity.state))
            states = {row.uri: row.state for row in rows}
        return [one for one in self.accepted if states.get(one) != "processed"]

    def _defects(self) -> list[str]:
        lines = [line for file in self.folder.glob("log-*") for line in file.read_text().splitlines()]
        return [
            line[:2000]
            for line in lines
            if not line.startswith("{") or json.loads(line)["level"] in ("error", "critical")
        ]

    async def stored(self) -> list[str]:
        """Titles of all sessions in the database."""
        async with self.us.instance.reading() as db:
            return list(await db.scalars(select(Session.title)))


@asynccontextmanager
async def cluster(database: str, folder: Path) -> AsyncIterator[Cluster]:
    """A company on this database, with a partner that follows it and all its processes running."""
    create_secret_file(folder / "alliance.secret")
    settings = Settings(
        origin=ORIGIN, database=database, secret_file=folder / "alliance.secret", media=folder / "media"
    )
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        them = await stack.enter_async_context(partner(clock, "127.0.0.1"))
        us = await stack.enter_async_context(federating(settings, clock))
        await found(us.instance)
        async with us.instance.unit_of_work() as uow:
            await add_employee(uow, MARA, "Mara Lindqvist", password_hash=hash_password(PASSWORD))
        await relate(us, them, "allied")
        ports = [free_port(), free_port()]
        commands = [("serve", "--no-worker", "--bind", f"127.0.0.1:{port}") for port in ports]
        processes = stack.enter_context(_running([*commands, ("worker",), ("worker",)], folder, settings))
        browsers = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=HOST, timeout=30)
            )
            for port in ports
        ]
        for browser in browsers:
            await eventually(lambda: _signed_in(browser), within=SECONDS, every=0.2)
        made = Cluster(us, them, browsers, processes, folder)
        # The first who follows is told of whatever is published from then on.
        await made.receive()
        await eventually(lambda: bool(them.received), within=SECONDS)
        yield made


@contextmanager
def _running(
    commands: Sequence[Sequence[str]], folder: Path, settings: Settings
) -> Iterator[list[subprocess.Popen[bytes]]]:
    environ = environment(
        ALLIANCE_ORIGIN=settings.origin, ALLIANCE_DATABASE=settings.database,
        ALLIANCE_SECRET_FILE=str(settings.secret_file), ALLIANCE_MEDIA=str(settings.media),
        ALLIANCE_DANGER_PRIVATE_NETWORKS="1",
    )  # fmt: skip
    with ExitStack() as stack:
        started = []
        for number, command in enumerate(commands):
            log = stack.enter_context((folder / f"log-{number}").open("wb"))
            process = subprocess.Popen(
                [*PROGRAM, *command], cwd=folder, env=environ, stdout=log, stderr=log
            )  # fmt: skip
            stack.callback(process.wait, 20)
            stack.callback(process.kill)
            started.append(process)
        yield started


async def _signed_in(browser: httpx.AsyncClient) -> bool:
    form = {"email": MARA, "password": PASSWORD, "next": "/"}
    try:
        answer = await browser.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    except httpx.TransportError:
        return False
    return answer.status_code == 303


_SAME_ORIGIN = {"headers": HOST | {"Sec-Fetch-Site": "same-origin"}}


def session_form(title: str) -> dict[str, str]:
    """What somebody writes who offers a session in a month."""
    day = SystemClock().now() + timedelta(days=30)
    return {
        "title": title,
        "description": "Am Nachmittag, mit zwei Linsen für alle.",
        "date": day.date().isoformat(),
        "time": "15:30",
        "length": "45",
        "meeting_link": "https://meet.example/linsen",
        "audience": "public",
        "timezone": "Europe/Berlin",
        "language": "de",
        "join_mode": "free",
        "host_shown": "yes",
    }


def _title(activity: dict[str, object]) -> str:
    about = activity.get("object")
    return str(about.get("name", "")) if isinstance(about, dict) else ""


def _id(about: object) -> str:
    return str(about["id"]) if isinstance(about, dict) else str(about)
