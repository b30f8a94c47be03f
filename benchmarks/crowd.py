"""Colleagues with browsers and apps, and allies' servers, who all do something now and then."""

import asyncio
import contextlib
import io
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from PIL import Image
from sqlalchemy import select

from alliance.apps import give_token, register_app
from alliance.employing import add_employee
from alliance.models import Company, Session
from alliance.settings import Settings
from alliance.signing_in import start_sign_in
from alliance.unit_of_work import UnitOfWork
from benchmarks.library import WORDS, fill
from benchmarks.sender import activity, actor_document
from benchmarks.surroundings import opened
from federation.signatures import Dialect, SecretKey, sign
from web.viewer import cookie_name

PEOPLE = 40
SENDERS = 3
SESSIONS = 3_000
_AT_ONCE = 32
_LISTENING_SECONDS = 20.0
_NEWEST = 200
_SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
_SCOPES = ("read", "write", "follow")


@dataclass(frozen=True)
class _Colleague:
    cookie: str
    token: str


@dataclass
class Crowd:
    """Everybody, and what they were answered: by act and status, or `... as expected`."""

    port: int
    elsewhere: int
    """The port of the allies' servers."""
    colleagues: list[_Colleague]
    sessions: list[int]
    """Ids that pages are asked for; what is published is put in front."""
    cookie: str
    """The name of the cookie."""
    answers: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    published: list[str] = field(default_factory=list)
    """Addresses of sessions that were published here, the newest last; `_NEWEST` at most."""
    delivered: int = 0

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._number = time.time_ns() // 1000
        self._acts: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._page, 8.0), (self._api, 5.0), (self._machine, 1.0), (self._receive, 2.0),
            (self._publish, 0.4), (self._take_part, 1.6), (self._search, 1.0), (self._upload, 0.3),
            (self._say, 0.4), (self._listen, 0.3),
        ]  # fmt: skip

    async def __aenter__(self) -> "Crowd":
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(60),
        )
        self._allies = web.ServerRunner(web.Server(_ally(self, self._key)))
        await self._allies.setup()
        await web.TCPSite(self._allies, "127.0.0.1", self.elsewhere).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()
        await self._allies.cleanup()

    async def work(self, a_second: float, seconds: float) -> None:
        """Begins so many acts a second by the clock; one that finds too many under way is left out."""
        under_way: set[asyncio.Task[None]] = set()
        acts, weights = zip(*self._acts, strict=True)
        began = time.monotonic()
        for number in range(int(seconds * a_second)):
            await asyncio.sleep(began + number / a_second - time.monotonic())
            if len(under_way) >= _AT_ONCE:
                self.answers["left out"] += 1
                continue
            act = self.chance.choices(acts, weights)[0]
            task = asyncio.create_task(self._tried(act))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _tried(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.answers[f"{act.__name__} {type(error).__name__}"] += 1

    async def _ask(
        self, name: str, method: str, address: str, expected: tuple[int, ...] = (200,), **more: Any
    ) -> tuple[bytes, str]:
        """The body, and where it leads."""
        url = f"http://127.0.0.1:{self.port}{address}"
        async with self._client.request(method, url, allow_redirects=False, **more) as answer:
            body = await answer.read()
            outcome = "as expected" if answer.status in expected else str(answer.status)
            self.answers[f"{name} {outcome}"] += 1
            return body, answer.headers.get("Location", "")

    def _browser(self) -> dict[str, str]:
        who = self.chance.choice(self.colleagues)
        language = self.chance.choice(("de", "en"))
        return {"Cookie": f"{self.cookie}={who.cookie}", "Accept": "text/html", "Accept-Language": language}

    def _app(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.chance.choice(self.colleagues).token}"}

    async def _page(self) -> None:
        now = datetime.now(UTC) + timedelta(days=self.chance.randrange(60))
        some = f"/sessions/{self.chance.choice(self.sessions)}"
        addresses = (
            "/", "/sessions", "/sessions?past=1", f"/calendar/week/{now:%G-W%V}",
            f"/calendar/month/{now:%Y-%m}", some, some, "/experts", "/mine", "/notifications", "/stories",
            "/communities", "/settings",
        )  # fmt: skip
        await self._ask("page", "GET", self.chance.choice(addresses), headers=self._browser())

    async def _api(self) -> None:
        addresses = (
            "/api/v1/timelines/home", "/api/v1/timelines/home", "/api/v1/timelines/public",
            "/api/v1/notifications", "/api/v1/accounts/verify_credentials", "/api/v2/instance",
            f"/api/v1/timelines/tag/thema{self.chance.randrange(40)}",
        )  # fmt: skip
        await self._ask("api", "GET", self.chance.choice(addresses), headers=self._app())

    async def _machine(self) -> None:
        addresses = ("/calendar.ics", "/sessions.atom", "/company/outbox", "/company", "/metrics")
        accept = {"Accept": "application/activity+json"}
        await self._ask("machine", "GET", self.chance.choice(addresses), headers=accept)

    async def _search(self) -> None:
        word = self.chance.choice(WORDS)
        if self.chance.random() < 0.5:
            await self._ask("search", "GET", "/search", params={"q": word}, headers=self._browser())
        else:
            await self._ask("search", "GET", "/api/v2/search", params={"q": word}, headers=self._app())

    async def _receive(self) -> None:
        self._number += 1
        origin = f"http://{_host(self._number % SENDERS, self.elsewhere)}"
        secret = SecretKey(f"{origin}/actor#main-key", f"{origin}/actor", self._key)
        body = orjson.dumps(activity(origin, self._number))
        inbox = f"http://127.0.0.1:{self.port}/inbox"
        headers = sign("POST", inbox, body, secret, Dialect.CAVAGE, datetime.now(UTC))
        await self._ask("inbox", "POST", "/inbox", (202,), data=body, headers=headers)

    async def _publish(self) -> None:
        start = datetime.now(UTC) + timedelta(days=self.chance.randint(2, 50))
        form = {
            "title": " ".join(self.chance.choices(WORDS, k=4)),
            "description": " ".join(self.chance.choices(WORDS, k=40)),
            "date": start.date().isoformat(),
            "time": "10:30",
            "length": "45",
            "meeting_link": "https://meet.example/amber-fox",
            "audience": self.chance.choice(("public", "alliance")),
            "timezone": "Europe/Berlin",
            "language": "de",
            "join_mode": "free",
            "host_shown": "yes",
        }
        headers = self._browser() | _SAME_SITE
        _, address = await self._ask("publish", "POST", "/sessions/new", (303,), data=form, headers=headers)
        if address:
            path = address.removeprefix(f"http://127.0.0.1:{self.port}").partition("?")[0]
            self.published = [*self.published, path][-_NEWEST:]

    async def _take_part(self) -> None:
        if not self.published:
            return
        verb = self.chance.choice(("join", "join", "leave"))
        address = f"{self.chance.choice(self.published)}/{verb}"
        await self._ask(verb, "POST", address, (303,), headers=self._browser() | _SAME_SITE)

    async def _upload(self) -> None:
        form = aiohttp.FormData({"description": "Licht"})
        form.add_field("file", await asyncio.to_thread(_picture, self.chance.random()), filename="licht.png")
        await self._ask("upload", "POST", "/api/v2/media", (200, 202), data=form, headers=self._app())

    async def _say(self) -> None:
        said = {"status": " ".join(self.chance.choices(WORDS, k=12)), "visibility": "public"}
        await self._ask("status", "POST", "/api/v1/statuses", json=said, headers=self._app())

    async def _listen(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/api/v1/streaming?stream=user"
        async with self._client.ws_connect(address, headers=self._app()) as stream:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.chance.uniform(0, _LISTENING_SECONDS)):
                    async for _ in stream:
                        self.answers["heard as expected"] += 1
        self.answers["stream as expected"] += 1


def _picture(share: float) -> bytes:
    """A PNG of 1,200 by 800 pixels."""
    made = io.BytesIO()
    Image.new("RGB", (1200, 800), (int(share * 255), 120, 90)).save(made, "PNG")
    return made.getvalue()


def _ally(crowd: Crowd, key: RSAPrivateKey) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """Shows its actors and takes everything that is delivered."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            await request.read()
            crowd.delivered += 1
            return web.Response(status=202)
        if not request.path.endswith("/actor"):
            return web.Response(status=404)
        body = actor_document(f"http://{request.headers['Host']}", key)
        return web.Response(body=body, content_type="application/activity+json")

    return answer


async def assembled(settings: dict[str, str], port: int, elsewhere: int) -> Crowd:
    """Founded, filled, allied; colleagues who are signed in with browser and app."""
    values = Settings.from_env(settings)
    async with opened(values) as federation:
        instance = federation.instance
        await fill(instance, SESSIONS)
        async with instance.unit_of_work() as uow:
            await _moved_here(uow, elsewhere)
            colleagues = await _colleagues(uow)
        async with instance.reading() as db:
            sessions = list(await db.scalars(select(Session.id).order_by(Session.id).limit(500)))
    return Crowd(port, elsewhere, colleagues, sessions, cookie_name(values))


async def _moved_here(uow: UnitOfWork, elsewhere: int) -> None:
    """The allies of the library answer nobody; now they do, on this machine."""
    for number, company in enumerate(await uow.db.scalars(select(Company).where(~Company.is_home))):
        company.host = _host(number, elsewhere)
        company.origin = f"http://{company.host}"
        company.uri, company.instance_uri = f"{company.origin}/company", f"{company.origin}/actor"


def _host(number: int, elsewhere: int) -> str:
    return f"ally-{number}.localhost:{elsewhere}"


async def _colleagues(uow: UnitOfWork) -> list[_Colleague]:
    made = await register_app(uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], _SCOPES, None)
    found = []
    for number in range(PEOPLE):
        one = await add_employee(uow, f"kollegin{number}@bench.example", f"Kollegin {number}")
        signed_in = await start_sign_in(uow, one)
        found.append(_Colleague(signed_in.token, (await give_token(uow, made.app, one.id, _SCOPES)).secret))
    return found
