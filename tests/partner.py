"""A second server that signs for real, with actors, keys, an inbox that records and programmed answers."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alliance.identifiers import Clock
from federation.signatures import Dialect, KeyKind, SecretKey, SignedRequest, sign

ACTIVITY_JSON = "application/activity+json"
CONTEXT = "https://www.w3.org/ns/activitystreams"


@dataclass(frozen=True)
class Got:
    """A POST as it arrived; `repeated` if an activity with this id had been taken at this inbox before."""

    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    activity: dict[str, Any]
    repeated: bool
    at: float
    """Seconds of the loop's clock."""

    @property
    def dialect(self) -> Dialect:
        """How it was signed."""
        return Dialect.RFC9421 if "signature-input" in self.headers else Dialect.CAVAGE


@dataclass(frozen=True)
class Programmed:
    """How to answer: `status` after `seconds`, or by closing the connection."""

    status: int = 202
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False


Rule = Callable[[Got], Programmed]


@cache
def rsa_of(name: str) -> rsa.RSAPrivateKey:
    """One RSA key for each name and run; making one takes a while."""
    return rsa.generate_private_key(65537, 2048)


class Partner:
    """A server at `origin` with an actor under every path that `add_actor` was told; records what it gets."""

    def __init__(self, clock: Clock, host: str = "127.0.0.2") -> None:
        self.host = host
        self.port = 0
        self.received: list[Got] = []
        self.refused: list[Got] = []
        """What was answered with anything but 2xx."""
        self.asked: list[str] = []
        """Paths that were fetched."""
        self.rule: Rule = lambda got: Programmed()
        self.program: deque[Programmed] = deque()
        """Answers for the next requests; when it is empty, `rule` answers."""
        self.documents: dict[str, dict[str, Any] | int] = {}
        """What GET answers by path: a document or a status."""
        self.content_type = ACTIVITY_JSON
        """As what documents are served."""
        self._clock = clock
        self._keys: dict[str, SecretKey] = {}
        self._seen: set[tuple[str, str, str]] = set()
        self._http: aiohttp.ClientSession | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """Host and port, as lanes name it."""
        return f"{self.host}:{self.port}"

    @property
    def actor(self) -> str:
        """The instance's own actor."""
        return f"{self.origin}/actor"

    @property
    def inbox(self) -> str:
        """The shared inbox."""
        return f"{self.origin}/inbox"

    def inbox_at(self, name: str, path: str = "/inbox") -> str:
        """An inbox of this server under another host name below localhost."""
        return f"http://{name}.localhost:{self.port}{path}"

    def key(self, actor: str | None = None, kind: KeyKind = KeyKind.RSA) -> SecretKey:
        """The key of an actor of this server."""
        owner = actor or self.actor
        if kind is KeyKind.ED25519:
            return SecretKey(f"{owner}#ed25519-key", owner, Ed25519PrivateKey.from_private_bytes(b"p" * 32))
        return self._keys.setdefault(owner, SecretKey(f"{owner}#main-key", owner, rsa_of(self.host)))

    def add_actor(self, path: str = "/actor", type_: str = "Application", **more: Any) -> str:
        """Publishes an actor with its key; tells its id."""
        actor = f"{self.origin}{path}"
        pem = rsa_of(self.host).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.documents[path] = {
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": actor,
            "type": type_,
            "preferredUsername": path.strip("/").replace("/", "-"),
            "inbox": f"{actor}/inbox",
            "endpoints": {"sharedInbox": self.inbox},
            "publicKey": {"id": f"{actor}#main-key", "owner": actor, "publicKeyPem": pem.decode()},
            **more,
        }
        return actor

    def activity(self, type_: str = "Create", number: int | str = 1, **more: Any) -> dict[str, Any]:
        """An activity of the instance's actor."""
        return {
            "@context": CONTEXT,
            "id": f"{self.origin}/activities/{number}",
            "type": type_,
            "actor": self.actor,
            "object": {"id": f"{self.origin}/sessions/{number}", "type": "Event", "name": "Lichtleiter"},
            **more,
        }

    def signed(
        self,
        url: str,
        activity: Mapping[str, Any] | bytes,
        *,
        dialect: Dialect = Dialect.CAVAGE,
        key: SecretKey | None = None,
        at: datetime | None = None,
        content_type: str = ACTIVITY_JSON,
    ) -> tuple[dict[str, str], bytes]:
        """Header fields and body of a POST to `url`."""
        body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
        moment = at or self._clock.now()
        return sign("POST", url, body, key or self.key(), dialect, moment, content_type), body

    async def post(self, url: str, activity: Mapping[str, Any] | bytes, **how: Any) -> int:
        """POSTs over a real connection; tells the status."""
        headers, body = self.signed(url, activity, **how)
        self._http = self._http or aiohttp.ClientSession()
        async with self._http.post(url, headers=headers, data=body) as response:
            await response.read()
            return response.status

    def ids(self, host: str | None = None) -> list[str]:
        """Ids of what was taken, in order, repetitions left out as every receiver leaves them out."""
        return [got.activity["id"] for got in self.received if not got.repeated and host in (None, got.host)]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET":
            return self._document(request.path)
        got = await self._got(request)
        answer = self.program.popleft() if self.program else self.rule(got)
        if answer.seconds:
            await asyncio.sleep(answer.seconds)
        if answer.drop:
            assert request.transport is not None
            request.transport.close()
            return web.Response(status=500)
        if answer.status < 300:
            self._seen.add((got.host, got.path, got.activity.get("id", "")))
            self.received.append(got)
        else:
            self.refused.append(got)
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers)

    def _document(self, path: str) -> web.Response:
        self.asked.append(path)
        document = self.documents.get(path, 404)
        if isinstance(document, int):
            return web.Response(status=document)
        return web.Response(body=orjson.dumps(document), content_type=self.content_type)

    async def _got(self, request: web.BaseRequest) -> Got:
        body = await request.read()
        activity = orjson.loads(body)
        host = request.headers["Host"]
        return Got(
            host,
            request.path_qs,
            {name.lower(): value for name, value in request.headers.items()},
            body,
            activity,
            (host, request.path_qs, activity.get("id", "")) in self._seen,
            asyncio.get_running_loop().time(),
        )

    async def close(self) -> None:
        """Closes the connections that this server made itself."""
        if self._http is not None:
            await self._http.close()


def as_request(url: str, headers: Mapping[str, str], body: bytes) -> SignedRequest:
    """What arrives at `url`, for checking a signature."""
    scheme, _, rest = url.partition("://")
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return SignedRequest.received("POST", rest[rest.index("/") :], scheme, fields, body)


@asynccontextmanager
async def partner(clock: Clock, host: str = "127.0.0.2", port: int = 0) -> AsyncIterator[Partner]:
    """A partner that listens on an address of its own; with a name below localhost, on 127.0.0.1."""
    opened = Partner(clock, host)
    runner = web.ServerRunner(web.Server(opened._answer), shutdown_timeout=0.2)
    await runner.setup()
    address = "127.0.0.1" if host.endswith("localhost") else host
    await web.TCPSite(runner, address, port).start()
    opened.port = runner.addresses[0][1]
    opened.add_actor()
    try:
        yield opened
    finally:
        await opened.close()
        await runner.cleanup()


class RunningClock:
    """The machine's time, for tests in which minutes may not be made up."""

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC)
