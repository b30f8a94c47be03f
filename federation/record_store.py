"""Tells the company's learning record store what people agreed to: one statement after the other, in order.

Sent by PUT under a fixed id (xAPI 1.0.3 part 3, 2.1.1), so that once more is never twice. While the store
has trouble everything waits for it; what it refuses for good is put aside, for administrators to see.
"""

import random
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import structlog

from alliance.learning_settings import learning_setting, note_failure, note_success, stored_key
from alliance.models import LearningSetting, RecordStatement
from alliance.record_queue import has_arrived, is_anything_waiting, is_refused, take_next, waits_on
from alliance.vault import Vault
from federation.client import Answer, Client
from federation.failures import FetchFailed
from federation.retry import pause, retry_after

if TYPE_CHECKING:
    from federation.wiring import Federation

MOST_AT_ONCE = 100
_ANSWER_BYTES = 20_000
_SECONDS = 15.0
# The request is right, but not now, or not with these credentials: nothing of it is the statement's fault.
_TROUBLE = frozenset({401, 403, 404, 405, 408, 413, 425, 429})
_THERE_ALREADY = 409

log = structlog.get_logger("alliance.records")
Tried = Literal["works", "refuses", "no-store", "away"]


@dataclass(frozen=True, kw_only=True)
class Store:
    """A record store with what is needed to talk to it; `endpoint` ends in a slash."""

    endpoint: str
    key: str
    secret: str
    version: str
    is_inside: bool

    @classmethod
    def of(cls, setting: LearningSetting, vault: Vault) -> "Store":
        """The one that is set up."""
        key, secret = stored_key(vault, setting)
        return cls(
            endpoint=setting.endpoint,
            key=key,
            secret=secret,
            version=setting.version,
            is_inside=setting.is_inside,
        )

    @property
    def headers(self) -> dict[str, str]:
        """Basic authentication and the version (xAPI 1.0.3 part 3, 3.3 and 4)."""
        proof = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return {
            "Authorization": f"Basic {proof}",
            "X-Experience-API-Version": self.version,
            "Accept": "application/json",
        }


def client_for(federation: "Federation", store: Store) -> Client:
    """The client that calls the record store and nobody else; every rule holds.

    Only where an administrator said that it lies in the company's own network, may its name lead there.
    """
    host = urlsplit(store.endpoint).hostname or ""
    client = Client.from_settings(
        federation.instance.settings,
        is_admitted=lambda called: called == host,
        treatment=federation.admission.treatment,
    )
    if store.is_inside:
        client.rules = replace(client.rules, private_hosts=frozenset({host.lower()}), any_port=True)
    return client


async def tell_record_store(federation: "Federation") -> int:
    """Sends what waits, until there is nothing left or the store has trouble; how many are done with."""
    instance = federation.instance
    async with instance.reading() as db:
        setting = await learning_setting(db)
        is_due = setting.next_at is None or setting.next_at <= instance.clock.now()
        if not setting.is_on or not is_due or not await is_anything_waiting(db):
            return 0
        store = Store.of(setting, instance.vault)
    done = 0
    async with client_for(federation, store) as client:
        for _ in range(MOST_AT_ONCE):
            async with instance.unit_of_work() as uow:
                row = await take_next(uow)
            if row is None or not await _send(federation, client, store, row, setting.failures):
                break
            done += 1
    return done


async def try_store(federation: "Federation", store: Store) -> tuple[Tried, str]:
    """Asks the store for one statement, as the test in the console does; and what it said, in short."""
    try:
        async with client_for(federation, store) as client:
            answer = await client.send(
                "GET",
                f"{store.endpoint}statements?limit=1",
                headers=store.headers,
                limit=_ANSWER_BYTES,
                seconds=_SECONDS,
                cut=True,
            )
    except FetchFailed as failure:
        return "away", str(failure)
    if answer.status in (401, 403):
        return "refuses", str(answer.status)
    version = answer.headers.get("X-Experience-API-Version", "")[:20]
    if answer.status != 200 or not answer.body.lstrip().startswith(b"{"):
        return "no-store", str(answer.status)
    return "works", version


async def _send(
    federation: "Federation", client: Client, store: Store, row: RecordStatement, failures: int
) -> bool:
    """One statement; False when the store is better left alone for now."""
    instance = federation.instance
    try:
        answer = await client.send(
            "PUT",
            f"{store.endpoint}statements?statementId={row.statement_id}",
            headers={**store.headers, "Content-Type": "application/json"},
            body=row.body,
            limit=_ANSWER_BYTES,
            seconds=_SECONDS,
            cut=True,
        )
    except FetchFailed as failure:
        await _wait(federation, row, None, f"{type(failure).__name__}: {failure}", failures, None)
        return False
    if answer.status in (200, 204, _THERE_ALREADY):
        async with instance.unit_of_work() as uow:
            await has_arrived(uow, row.id, answer.status)
            await note_success(uow)
        return True
    said = _words(answer)
    if answer.status in _TROUBLE or not 400 <= answer.status < 500:
        asked = retry_after(answer.headers.get("Retry-After"), instance.clock.now())
        await _wait(federation, row, answer.status, said, failures, asked)
        return False
    log.warning("the record store refuses a statement", status=answer.status)
    async with instance.unit_of_work() as uow:
        await is_refused(uow, row.id, answer.status, said)
    return True


async def _wait(
    federation: "Federation",
    row: RecordStatement,
    status: int | None,
    error: str,
    failures: int,
    asked: timedelta | None,
) -> None:
    luck = random.random()  # noqa: S311 - spreads load
    log.warning("the record store has trouble", status=status)
    async with federation.instance.unit_of_work() as uow:
        await waits_on(uow, row, status, error)
        await note_failure(uow, error, uow.now + max(pause(failures + 1, luck), asked or timedelta()))


def _words(answer: Answer) -> str:
    """Status and the beginning of what the store said, on one line."""
    said = " ".join(answer.body[:400].decode("utf-8", "replace").split())
    return f"{answer.status} {said}"[:300]
