"""How long pages and the search take with a hundred thousand sessions, and how much of them travels."""

import gzip
import http.client
import random
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Session
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import EVERYTHING
from alliance.signing_in import start_sign_in
from alliance.visibility import Viewer, employee_viewer
from benchmarks.figures import Figure
from benchmarks.library import WORDS, fill
from benchmarks.surroundings import environment, free_port, opened, running, set_up, wait_until_ready
from web.viewer import cookie_name

ROUNDS = 200
WARM_UP = 20
_MEDIAN, _WORST = 15, 60
_SEARCH = 50
_HTML, _CSS, _JS = 60, 45, 40


async def measure(folder: Path) -> list[Figure]:
    """One serving process on SQLite, asked by an employee who is signed in, one request after another."""
    port = free_port()
    settings = await set_up(folder / "instance", port)
    async with opened(settings) as federation:
        instance = federation.instance
        reader = await fill(instance)
        figures = await _searched(instance, employee_viewer(reader.id), "SQLite")
        async with instance.unit_of_work() as uow:
            token = (await start_sign_in(uow, reader)).token
        ids = await _some_sessions(instance)
    cookie = f"{cookie_name(settings)}={token}"
    serve = ("-m", "web.command_line", "serve", "--no-worker")
    with running(*serve, more=environment(folder / "instance", port)) as server:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
        client = _Client(port, cookie)
        for name, addresses in _pages(ids).items():
            figures += client.measured(name, addresses)
        figures += client.weights()
    return figures


async def _some_sessions(instance: Instance) -> list[int]:
    async with instance.reading() as db:
        query = select(Session.id).where(Session.starts_at > instance.clock.now()).limit(ROUNDS)
        return list((await db.scalars(query)).all())


def _pages(ids: list[int]) -> dict[str, list[str]]:
    now = datetime.now(UTC)
    words = random.Random(7).sample(WORDS, 40)
    return {
        "start page": ["/"],
        "calendar month": [f"/calendar/month/{now:%Y-%m}"],
        "calendar week": [f"/calendar/week/{now:%G-W%V}"],
        "list": ["/sessions", "/sessions?topic=thema3", "/sessions?language=en", "/sessions?at=morning"],
        "session page": [f"/sessions/{number}" for number in ids],
        "search page": [f"/search?q={word}" for word in words if word.isascii()],
    }


class _Client:
    """One connection that is kept."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Cookie": cookie, "Accept": "text/html", "Accept-Language": "de"}
        self._heaviest = 0
        self._pages: list[str] = []

    def get(self, address: str) -> bytes:
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (address, answer.status)
        return body

    def measured(self, name: str, addresses: list[str]) -> list[Figure]:
        times = []
        for number in range(WARM_UP + ROUNDS):
            began = time.perf_counter()
            body = self.get(addresses[number % len(addresses)])
            times.append((time.perf_counter() - began) * 1000)
            self._heaviest = max(self._heaviest, len(body))
        self._pages.append(body.decode())
        measured = sorted(times[WARM_UP:])
        middle, worst = (_SEARCH, 2 * _SEARCH) if name.startswith("search") else (_MEDIAN, _WORST)
        return [
            Figure(f"{name}, half", statistics.median(measured), "ms", target=middle, less_is_better=True),
            Figure(
                f"{name}, 99 of 100",
                measured[int(len(measured) * 0.99) - 1],
                "ms",
                target=worst,
                less_is_better=True,
            ),
        ]

    def weights(self) -> list[Figure]:
        """The heaviest page as it is, all style sheets and scripts that any page asks for as they travel."""
        text = "".join(self._pages)
        sheets = sorted(set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)))
        scripts = sorted(set(re.findall(r'<script[^>]* src="([^"]+)"', text)))
        return [
            Figure("heaviest page", self._heaviest / 1000, "KB", target=_HTML, less_is_better=True),
            Figure("style sheets, compressed", self._weigh(sheets), "KB", target=_CSS, less_is_better=True),
            Figure("scripts, compressed", self._weigh(scripts), "KB", target=_JS, less_is_better=True),
        ]

    def _weigh(self, addresses: list[str]) -> float:
        return sum(len(gzip.compress(self.get(address))) for address in addresses) / 1000


async def _searched(instance: Instance, viewer: Viewer, database: str) -> list[Figure]:
    """The search alone: common and rare words, two words, beginnings, slips, and words that nobody used."""
    rare = WORDS[-40:]
    asked = {
        "common word": WORDS[:5],
        "rare word": rare,
        "two words": [f"{first} {second}" for first, second in zip(WORDS[:20], rare, strict=False)],
        "beginning": ["füh", "kult", "tea", "lern"],
        "slip": [f"{word[:3]}{word[4:]}" for word in rare],
        "nothing": ["xylophonbauer", "quastenflosser"],
    }
    figures = []
    for name, questions in asked.items():
        worst = await _slowest(lambda text: _ask(instance, viewer, text), questions)
        figures.append(
            Figure(f"search on {database}: {name}", worst, "ms", target=_SEARCH, less_is_better=True)
        )
    return figures


async def _ask(instance: Instance, viewer: Viewer, text: str) -> None:
    async with instance.reading() as db:
        await search(db, viewer, question_of(text), EVERYTHING, now=instance.clock.now())


async def _slowest(ask: Callable[[str], Awaitable[None]], questions: list[str]) -> float:
    """Milliseconds that 95 of 100 questions are answered in."""
    times = []
    for number in range(5 + 60):
        began = time.perf_counter()
        await ask(questions[number % len(questions)])
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times[5:])[56]
