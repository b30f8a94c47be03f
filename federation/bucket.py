"""Asks one bucket of an S3-compatible store, through the client by which everything leaves this instance."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from yarl import URL

from alliance.errors import WrongConfiguration
from alliance.identifiers import Clock, SystemClock
from alliance.settings import Settings
from alliance.shelves import ShelfAway
from federation import failures
from federation.addresses import looks_like_address
from federation.allowed_urls import Rules
from federation.aws_signature import AccessKey, signed
from federation.bucket_answers import Page, UnreadableAnswer, code_in, page_in
from federation.client import Answer, Client, Proxies
from federation.shelf import bucket_address

SECONDS = 10.0
AT_ONCE = 16
"""So many requests of one process at a time; the others wait, and no longer than SECONDS in all."""
_WORDS_BYTES = 64_000
_LIST_BYTES = 4_000_000
_PAUSE = 0.2
_PASSING = frozenset({429, 500, 502, 503, 504})
_BROKEN = (failures.Unreachable, failures.ConnectionRefused)
_PLAIN = {"Accept-Encoding": "identity"}

Method = Literal["GET", "PUT", "DELETE"]


class BucketAway(ShelfAway):
    """The bucket could not be used. `code` is the word of the store, `failure` why it was not reached."""

    def __init__(
        self, detail: str, *, code: str = "", failure: failures.FetchFailed | None = None, off: float = 0
    ) -> None:
        super().__init__(detail=detail)
        self.code = code
        self.failure = failure
        self.off = off
        """Seconds between the store's clock and ours."""


@dataclass(frozen=True)
class Place:
    """Where a bucket is: the address that keys are put behind, and what they begin with."""

    address: str
    prefix: str

    @property
    def host(self) -> str:
        """The host that is called."""
        return urlsplit(self.address).hostname or ""


class Bucket:
    """Objects under their keys, which are safe characters. Everything raises BucketAway."""

    def __init__(
        self,
        place: Place,
        key: AccessKey,
        client: Client,
        clock: Clock | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.place = place
        self._key = key
        self._client = client
        # Signatures are about the time that the store's clock shows as well.
        self._clock = clock or SystemClock()
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    @classmethod
    def from_settings(
        cls, settings: Settings, clock: Clock | None = None, seconds: float = SECONDS
    ) -> "Bucket":
        """The configured one. Raises WrongConfiguration when a file with a key can't be read."""
        place = Place(bucket_address(settings), settings.s3_prefix)
        key = AccessKey(
            _one_of(settings.s3_access_key, settings.s3_access_key_file, "ALLIANCE_S3_ACCESS_KEY_FILE"),
            _one_of(settings.s3_secret_key, settings.s3_secret_key_file, "ALLIANCE_S3_SECRET_KEY_FILE"),
            settings.s3_region,
        )
        return cls(place, key, client_for(settings, place), clock, seconds)

    async def read(self, key: str, limit: int) -> bytes | None:
        """An object of at most `limit` bytes; None where there is none."""
        answer = await self._ask("GET", key, limit=limit)
        if answer.status == 200:
            return answer.body
        if answer.status == 404 and code_in(answer.body) in ("NoSuchKey", ""):
            return None
        raise self._refused(answer)

    async def write(self, key: str, content: bytes, kind: str) -> None:
        """Puts an object there, whole or not at all."""
        answer = await self._ask("PUT", key, body=content, headers={"Content-Type": kind})
        if answer.status != 200:
            raise self._refused(answer)

    async def remove(self, key: str) -> None:
        """Takes an object away; one that is not there is fine."""
        answer = await self._ask("DELETE", key)
        if answer.status not in (200, 204) and code_in(answer.body) != "NoSuchKey":
            raise self._refused(answer)

    async def page(self, after: str = "", most: int = 1000) -> tuple[Page, datetime]:
        """One page of what lies directly below the prefix, and the store's time."""
        query = {"list-type": "2", "max-keys": str(most), "prefix": self.place.prefix, "delimiter": "/"}
        if after:
            query["continuation-token"] = after
        answer = await self._ask("GET", "", query=query, limit=_LIST_BYTES)
        if answer.status != 200:
            raise self._refused(answer)
        try:
            return page_in(answer.body), _date(answer) or self._clock.now()
        except UnreadableAnswer as error:
            raise BucketAway(
                f"{self.place.host} lists its objects in no way that we read: {error}"
            ) from error

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.close()

    async def _ask(
        self,
        method: Method,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = _WORDS_BYTES,
    ) -> Answer:
        """One request, and once more when the store has trouble that may pass."""
        address = f"{self.place.address}/{self.place.prefix if key else ''}{key}"
        if query:
            address += f"?{urlencode(query, quote_via=quote, safe='')}"
        try:
            async with asyncio.timeout(self._seconds), self._turns:
                try:
                    answer = await self._send(method, address, headers or {}, body, limit)
                    if answer.status not in _PASSING:
                        return answer
                except _BROKEN:
                    pass
                await asyncio.sleep(_PAUSE)
                return await self._send(method, address, headers or {}, body, limit)
        except failures.FetchFailed as failure:
            said = f"{type(failure).__name__}: {failure} {failure.detail}"
            raise BucketAway(said[:300], failure=failure) from failure
        except TimeoutError as error:
            late = failures.TimedOut(self.place.host, detail=f"{self._seconds} s")
            raise BucketAway(f"TimedOut: {late}", failure=late) from error

    async def _send(
        self, method: Method, address: str, headers: Mapping[str, str], body: bytes, limit: int
    ) -> Answer:
        proved = signed(method, URL(address, encoded=True), headers, body, self._key, self._clock.now())
        return await self._client.send(
            method,
            address,
            headers={**proved, **_PLAIN},
            body=body or None,
            limit=limit,
            seconds=self._seconds,
        )

    def _refused(self, answer: Answer) -> BucketAway:
        code = code_in(answer.body)
        date = _date(answer)
        off = abs((self._clock.now() - date).total_seconds()) if date else 0.0
        detail = f"{self.place.host} answers {answer.status} {code}".rstrip()
        return BucketAway(detail, code=code or str(answer.status), off=off)


def client_for(settings: Settings, place: Place) -> Client:
    """The client that calls the store and nobody else: its host may lie in the company's own network."""
    host = place.host.lower()
    rules = Rules(
        plain_http=place.address.startswith("http:"),
        any_port=True,
        literals=looks_like_address(host),
        private_addresses=looks_like_address(host),
        private_hosts=frozenset({host}),
    )
    return Client(
        rules,
        user_agent=f"alliance (+{settings.origin})",
        proxies=Proxies.from_settings(settings),
        extra_ca_file=settings.extra_ca_file,
        is_admitted=lambda called: called.lower() == host,
    )


def _one_of(value: str, file: Path | None, setting: str) -> str:
    """What stands in a setting, else in the file that one names. Raises WrongConfiguration."""
    if value or file is None:
        return value
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongConfiguration("{name} can't be read: {reason}.", name=setting, reason=error) from error


def _date(answer: Answer) -> datetime | None:
    """What the store's clock shows."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return None
