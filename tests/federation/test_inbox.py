"""What arrives at an inbox: stored and answered with 202, or refused for the first reason there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from bovine.crypto.multibase import encode_public_key_to_multibase
from sqlalchemy import select

from alliance.models import Company
from alliance.models import Partner as PartnerRow
from alliance.settings import Settings
from federation.models import RejectionTally
from federation.refusals import InboxReason
from federation.signatures import Dialect, KeyKind, Reason, SecretKey
from federation.wiring import Federation
from tests.federation.engine import federating, received
from tests.partner import Partner, partner, rsa_of
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually
from web.activitypub.inbox_door import InboxDoor

INBOX = "http://nordlicht.localhost:8001/inbox"
ELSEWHERE = "198.51.100.7"


@asynccontextmanager
async def knocking(us: Federation, address: str = ELSEWHERE) -> AsyncIterator[httpx.AsyncClient]:
    """A client that reaches the inbox door as if from `address`."""
    door = httpx.ASGITransport(app=InboxDoor(us), client=(address, 40000))
    async with httpx.AsyncClient(transport=door) as client:
        yield client


async def relate(us: Federation, them: Partner, state: str) -> None:
    """Makes the company at `them` a partner in `state`."""
    async with us.instance.unit_of_work() as uow:
        company = Company(
            id=uow.new_id(), origin=them.origin, host=them.authority, name="Alpenwerk",
            created_at=uow.now, updated_at=uow.now,
        )  # fmt: skip
        uow.db.add(company)
        await uow.db.flush()
        uow.db.add(PartnerRow(company_id=company.id, state=state, since=uow.now, created_at=uow.now))
    us.admission.forget()


async def tallied(us: Federation) -> dict[str, int]:
    """How often was refused for which reason, as written into the database."""
    await us.inbox.close()
    async with us.instance.reading() as db:
        return {row.reason: row.count for row in await db.scalars(select(RejectionTally))}


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_signed_activity_is_stored_and_answered_with_202(
    settings: Settings, clock: FrozenClock, dialect: Dialect
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        headers, body = them.signed(INBOX, them.activity(), dialect=dialect)

        answer = await client.post(INBOX, headers=headers, content=body)

        assert (answer.status_code, answer.content) == (202, b"")
        assert await received(us) == [(f"{them.origin}/activities/1", "waiting", "")]


async def test_an_ed25519_key_is_taken(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        key = them.key(kind=KeyKind.ED25519)
        them.add_actor(assertionMethod=[multikey(key)])
        headers, body = them.signed(INBOX, them.activity(), dialect=Dialect.RFC9421, key=key)

        answer = await client.post(INBOX, headers=headers, content=body)

        assert answer.status_code == 202


def multikey(key: SecretKey) -> dict[str, Any]:
    """An Ed25519 key as an actor lists it (FEP-521a)."""
    text = encode_public_key_to_multibase(key.material.public_key())
    return {"id": key.key_id, "type": "Multikey", "controller": key.owner, "publicKeyMultibase": text}


async def test_the_personal_inboxes_are_the_same_door(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        for number, path in enumerate(("/actor/inbox", "/company/inbox", "/people/17/inbox")):
            url = INBOX.replace("/inbox", path)
            headers, body = them.signed(url, them.activity(number=number))
            assert (await client.post(url, headers=headers, content=body)).status_code == 202
        nowhere = INBOX.replace("/inbox", "/nobody/inbox")

        answer = await client.post(nowhere, content=b"{}")

        assert answer.status_code == 404
        assert len(await received(us)) == 3


async def test_the_same_activity_twice_is_stored_once(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        headers, body = them.signed(INBOX, them.activity())

        answers = await asyncio.gather(*(client.post(INBOX, headers=headers, content=body) for _ in range(5)))

        assert {answer.status_code for answer in answers} == {202}
        assert len(await received(us)) == 1


@dataclass
class Fault:
    """Something wrong with a request, and the reason that it must be refused for."""

    reason: Reason | InboxReason
    changes: dict[str, Any] = field(default_factory=dict)


# In the order of the checks. A request with one fault and all that follow is refused for the first.
FAULTS = [
    Fault(InboxReason.TOO_LARGE, {"large": True}),
    Fault(InboxReason.ADDRESS_TOO_BUSY, {"address": "203.0.113.9"}),
    Fault(InboxReason.CONTENT_TYPE, {"content_type": "text/html"}),
    Fault(Reason.SIGNATURE_MALFORMED, {"signature": "nonsense"}),
    Fault(Reason.BLOCKED, {"blocked": True}),
    Fault(Reason.TOO_OLD, {"hours": -13}),
    Fault(Reason.DIGEST_WRONG, {"tampered": True}),
    Fault(Reason.KEY_NOT_FOUND, {"key_id": "#nothing"}),
    Fault(Reason.SIGNATURE_WRONG, {"forged": True}),
    Fault(InboxReason.NOT_JSON, {"deep": True}),
    Fault(InboxReason.OTHER_ACTOR, {"actor": "http://127.0.0.9:9/actor"}),
    Fault(InboxReason.ID_IS_OURS, {"id": "http://nordlicht.localhost:8001/activities/1"}),
    Fault(InboxReason.ID_ELSEWHERE, {"id": "http://127.0.0.8:9/activities/1"}),
    Fault(InboxReason.NOT_ADMITTED, {"mode": "alliance-only"}),
]


def faulty(them: Partner, clock: FrozenClock, wrong: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """A request with everything in `wrong` the matter with it."""
    activity = them.activity(actor=wrong.get("actor", them.actor))
    activity["id"] = wrong.get("id", activity["id"])
    if wrong.get("deep"):
        activity["object"] = orjson.loads("[" * 40 + "]" * 40)
    owner = SecretKey(
        them.key().key_id.partition("#")[0] + wrong.get("key_id", "#main-key"),
        them.actor,
        rsa_of("somebody else") if wrong.get("forged") else rsa_of(them.host),
    )
    headers, body = them.signed(
        INBOX, activity, key=owner, at=clock.now() + timedelta(hours=wrong.get("hours", 0)),
        content_type=wrong.get("content_type", "application/activity+json"),
    )  # fmt: skip
    if wrong.get("tampered"):
        body += b" "
    if wrong.get("large"):
        body += b" " * 1_000_001
    if "signature" in wrong:
        headers["Signature"] = wrong["signature"]
    return headers, body


@pytest.mark.parametrize("first", range(len(FAULTS)), ids=lambda n: FAULTS[n].reason.word)
async def test_the_first_reason_in_order_is_told_and_counted_and_nothing_stored(
    settings: Settings, clock: FrozenClock, first: int
) -> None:
    wrong: dict[str, Any] = {}
    for fault in reversed(FAULTS[first:]):
        wrong |= fault.changes
    address = wrong.get("address", ELSEWHERE)
    async with (
        partner(clock) as them,
        federating(settings, clock, inbox_rate=300, federation=wrong.get("mode", "open")) as us,
        knocking(us, address) as client,
    ):
        await relate(us, them, "blocked" if wrong.get("blocked") else "left")
        if address != ELSEWHERE:
            for _ in range(30):
                await client.post(INBOX, content=b"{}")
        headers, body = faulty(them, clock, wrong)

        answer = await client.post(INBOX, headers=headers, content=body)

        reason = FAULTS[first].reason
        assert (answer.status_code, answer.json()["title"]) == (reason.status, reason.sentence)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await tallied(us))[reason.word] == 1
        assert await received(us) == []


async def test_a_request_without_faults_passes_the_same_table(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        headers, body = faulty(them, clock, {})

        assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", InboxReason.NOT_JSON),
        (b"[]", InboxReason.NOT_JSON),
        (b"{" * 5000, InboxReason.NOT_JSON),
        (b'{"a":' + b"[" * 11_000, InboxReason.TOO_COMPLEX),
        (b'{"@graph": []}', InboxReason.NOT_JSON),
        (b'{"object": {"\\u0040included": []}}', InboxReason.NOT_JSON),
        (b'{"type": "Create"}', InboxReason.NO_ENVELOPE),
        (b'{"id": 7, "type": "Create", "actor": {}}', InboxReason.NO_ENVELOPE),
        (b'{"id": "javascript:x", "type": "Create", "actor": "x"}', InboxReason.NO_ENVELOPE),
        (b'{"id": "http://a.example/1", "type": [], "actor": "http://a.example/2"}', InboxReason.NO_ENVELOPE),
    ],
)
async def test_a_body_that_is_no_activity_is_refused(
    settings: Settings, clock: FrozenClock, body: bytes, reason: InboxReason
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        headers, content = them.signed(INBOX, body)

        answer = await client.post(INBOX, headers=headers, content=content)

        assert (answer.status_code, answer.json()["title"]) == (400, reason.sentence)
        assert await received(us) == []


async def test_a_body_in_chunks_is_measured_too(settings: Settings, clock: FrozenClock) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    async with federating(settings, clock) as us, knocking(us) as client:
        answer = await client.post(INBOX, content=chunks())

        assert answer.status_code == 413


async def test_a_domain_that_sends_too_much_is_asked_to_wait(settings: Settings, clock: FrozenClock) -> None:
    async with (
        partner(clock) as them,
        federating(settings, clock, inbox_rate=3) as us,
        knocking(us) as client,
    ):
        statuses = []
        for number in range(4):
            headers, body = them.signed(INBOX, them.activity(number=number))
            statuses.append(await client.post(INBOX, headers=headers, content=body))

        assert [answer.status_code for answer in statuses] == [202, 202, 202, 429]
        assert 0 < int(statuses[-1].headers["retry-after"]) <= 60
        clock.advance(seconds=61)
        headers, body = them.signed(INBOX, them.activity(number=9))
        assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


async def test_nobody_uses_up_the_limit_of_another_by_naming_them(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock, inbox_rate=3) as us:
        async with knocking(us, "203.0.113.5") as liar:
            for _ in range(20):
                headers, body = faulty(them, clock, {"forged": True})
                assert (await liar.post(INBOX, headers=headers, content=body)).status_code == 401
        async with knocking(us) as client:
            headers, body = them.signed(INBOX, them.activity())

            assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


async def test_a_stranger_does_not_close_the_door_for_a_partner_behind_the_same_proxy(
    settings: Settings, clock: FrozenClock
) -> None:
    async with (
        partner(clock) as them,
        federating(settings, clock, inbox_rate=300) as us,
        knocking(us) as client,
    ):
        headers, body = them.signed(INBOX, them.activity(number=1))
        await client.post(INBOX, headers=headers, content=body)
        for _ in range(30):
            await client.post(INBOX, content=b"{}")
        assert (await client.post(INBOX, content=b"{}")).status_code == 429
        headers, body = them.signed(INBOX, them.activity(number=2))

        assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


async def test_a_stranger_that_says_goodbye_is_forgotten_without_a_fetch(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        goodbye = them.activity("Delete", object=them.actor)
        headers, body = them.signed(INBOX, goodbye)

        answer = await client.post(INBOX, headers=headers, content=body)

        assert answer.status_code == 202
        assert (await received(us), them.asked) == ([], [])


async def test_the_goodbye_of_somebody_known_is_kept_though_their_key_is_gone(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        headers, body = them.signed(INBOX, them.activity(number="hello"))
        await client.post(INBOX, headers=headers, content=body)
        them.documents["/actor"] = 410
        clock.advance(days=8)  # the key that we remember is no longer believed
        headers, body = them.signed(INBOX, them.activity("Delete", "goodbye", object=them.actor))

        answer = await client.post(INBOX, headers=headers, content=body)

        assert answer.status_code == 202
        assert len(await received(us)) == 2


async def test_a_paused_partner_is_still_heard(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        await relate(us, them, "paused")
        headers, body = them.signed(INBOX, them.activity())

        assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


async def test_an_instance_for_partners_only_hears_who_asks_to_be_one(
    settings: Settings, clock: FrozenClock
) -> None:
    async with (
        partner(clock) as them,
        federating(settings, clock, federation="alliance-only") as us,
        knocking(us) as client,
    ):
        headers, body = them.signed(INBOX, them.activity("Follow", object=us.uris.instance))

        assert (await client.post(INBOX, headers=headers, content=body)).status_code == 202


async def test_many_at_once_are_committed_in_few_transactions(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        requests = [them.signed(INBOX, them.activity(number=number)) for number in range(60)]
        await client.post(INBOX, headers=requests[0][0], content=requests[0][1])

        answers = await asyncio.gather(
            *(client.post(INBOX, headers=headers, content=body) for headers, body in requests)
        )

        assert {answer.status_code for answer in answers} == {202}
        stored = await received(us)
        assert len(stored) == 60


async def test_when_the_database_is_away_the_sender_is_asked_to_try_again(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        first, body = them.signed(INBOX, them.activity(number=1))
        await client.post(INBOX, headers=first, content=body)
        await us.inbox.close()
        headers, body = them.signed(INBOX, them.activity(number=2))

        answer = await client.post(INBOX, headers=headers, content=body)

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_rejections_are_written_down_by_themselves(settings: Settings, clock: FrozenClock) -> None:
    async with federating(settings, clock) as us, knocking(us) as client:
        await client.post(INBOX, content=b"{}")
        await client.post(INBOX, content=b"{}")

        async def written() -> list[tuple[str, int]]:
            async with us.instance.reading() as db:
                return [(row.reason, row.count) for row in await db.scalars(select(RejectionTally))]

        assert await eventually(written) == [("content_type", 2)]
