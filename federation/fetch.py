"""The one way to GET a document of another server: signed, bounded, and believed only about itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urljoin

from alliance.identifiers import Clock
from federation import failures
from federation.bounded_json import Unreadable, read_object
from federation.client import MAX_SECONDS, Answer, Client
from federation.signatures import Dialect, SecretKey, sign
from federation.uris import host_of, origin_of

MAX_REDIRECTS = 3
MAX_FETCHES = 20
AS2_PROFILE = "https://www.w3.org/ns/activitystreams"
ACCEPT = f'application/activity+json, application/ld+json; profile="{AS2_PROFILE}"'
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

InstanceKey = Callable[[], Awaitable[SecretKey]]


@dataclass(frozen=True, slots=True)
class Document:
    """An ActivityPub document that its own server served: `id` is proved, `data` is the parsed object."""

    id: str
    data: Mapping[str, Any]


class Budget:
    """How many requests one incoming activity may still cause."""

    def __init__(self, fetches: int = MAX_FETCHES) -> None:
        self.left = fetches

    def spend(self, host: str) -> None:
        """Takes one request. Raises BudgetSpent when there is none left."""
        if self.left <= 0:
            raise failures.BudgetSpent(host)
        self.left -= 1


class Fetcher:
    """Fetches for one instance; every request is signed by its instance actor."""

    def __init__(self, client: Client, instance_key: InstanceKey, clock: Clock, origin: str) -> None:
        self._client = client
        self._instance_key = instance_key
        self._clock = clock
        self._origin = origin

    async def document(self, uri: str, budget: Budget | None = None) -> Document:
        """The document whose `id` is `uri`, or the one that `uri` leads to.

        A document that calls itself otherwise is fetched once more at its own id and then refused.
        Raises FetchFailed.
        """
        budget = budget or Budget()
        asked = uri.partition("#")[0]
        answer, data = await self._object(asked, budget)
        if not _is_itself(data, asked, answer.url):
            asked = _id_of(data, answer)
            answer, data = await self._object(asked, budget)
            if not _is_itself(data, asked, answer.url):
                raise failures.WrongId(answer.host, detail=f"{asked} says {data.get('id')!r}"[:300])
        return Document(str(data["id"]), data)

    async def _object(self, url: str, budget: Budget) -> tuple[Answer, dict[str, Any]]:
        answer = await self.get(url, ACCEPT, budget)
        if not is_activity_json(answer.headers.get("Content-Type", "")):
            raise failures.NotAnActivity(answer.host, detail=answer.headers.get("Content-Type", "")[:100])
        return answer, read_answer(answer)

    async def get(
        self, url: str, accept: str, budget: Budget | None = None, *, signed: bool = True
    ) -> Answer:
        """The answer with status 200, redirects followed, in 10 s altogether. Raises FetchFailed."""
        budget = budget or Budget()
        try:
            async with asyncio.timeout(MAX_SECONDS):
                return await self._follow(url, accept, budget, signed)
        except TimeoutError as error:
            raise failures.TimedOut(host_of(url), detail=f"{MAX_SECONDS} s with redirects") from error

    async def _follow(self, url: str, accept: str, budget: Budget, signed: bool) -> Answer:
        first_host = host_of(url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url, accept, budget, signed)
            if answer.status not in _REDIRECTS:
                return _successful(answer)
            # The next round signs anew: a signature is for one host and one path.
            url = _location(answer)
        raise failures.TooManyRedirects(first_host, detail=url[:300])

    async def _ask(self, url: str, accept: str, budget: Budget, signed: bool) -> Answer:
        """One address, with a second knock in the other dialect when the first signature is refused."""
        url = url.partition("#")[0]
        if origin_of(url) == self._origin:
            raise failures.UrlRefused(host_of(url), detail="our own address")
        answer = await self._send(url, accept, budget, Dialect.CAVAGE if signed else None)
        if signed and answer.status == 401:
            answer = await self._send(url, accept, budget, Dialect.RFC9421)
        return answer

    async def _send(self, url: str, accept: str, budget: Budget, dialect: Dialect | None) -> Answer:
        self._client.rules.checked(url)
        budget.spend(host_of(url))
        headers = {"Accept": accept}
        if dialect is not None:
            headers |= sign("GET", url, None, await self._instance_key(), dialect, self._clock.now())
        return await self._client.send("GET", url, headers=headers)


def is_activity_json(content_type: str) -> bool:
    """Whether a content type is ActivityPub's own: activity+json, or ld+json with the AS2 profile."""
    message = Message()
    message["Content-Type"] = content_type
    kind = message.get_content_type()
    if kind == "application/activity+json":
        return True
    profile = message.get_param("profile", "")
    return kind == "application/ld+json" and isinstance(profile, str) and AS2_PROFILE in profile.split()


def read_answer(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer. Raises BadDocument."""
    try:
        return read_object(answer.body)
    except Unreadable as error:
        raise failures.BadDocument(answer.host, detail=str(error)) from error


def _successful(answer: Answer) -> Answer:
    if answer.status != 200:
        raise failures.status_failure(answer.host, answer.status, detail=answer.url[:300])
    return answer


def _location(answer: Answer) -> str:
    location = answer.headers.get("Location")
    if not location:
        raise failures.TooManyRedirects(answer.host, detail="a redirect without address")
    try:
        return urljoin(answer.url, location)
    except ValueError as error:
        raise failures.UrlRefused(answer.host, detail=location[:300]) from error


def _is_itself(data: Mapping[str, Any], asked: str, served: str) -> bool:
    """Whether the id is the address that was asked for or that answered, on the host that answered."""
    identity = data.get("id")
    return identity in (asked, served) and origin_of(str(identity)) == origin_of(served)


def _id_of(data: Mapping[str, Any], answer: Answer) -> str:
    identity = data.get("id")
    if not isinstance(identity, str) or not identity.startswith(("https://", "http://")):
        raise failures.WrongId(answer.host, detail=f"id {identity!r}"[:300])
    return identity.partition("#")[0]
