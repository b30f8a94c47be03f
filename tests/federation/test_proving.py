"""Activities leave with an integrity proof (FEP-8b32) that is made once and that others can verify."""

from collections.abc import AsyncIterator

import orjson
import pytest

from alliance.settings import Settings
from federation.keys import rotate_keys
from federation.proving import KEPT, Prover
from federation.signatures import PublicKey
from federation.signatures.proofs import proof_key_id, verify_document
from federation.uris import COMPANY
from federation.wiring import Federation
from tests.federation.engine import federating, say, working
from tests.partner import partner
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually


@pytest.fixture
async def us(settings: Settings, clock: FrozenClock) -> AsyncIterator[Federation]:
    """An open federation."""
    async with federating(settings, clock) as opened:
        yield opened


async def public_key(us: Federation) -> PublicKey:
    secret = (await us.keyring.of(COMPANY)).ed25519
    return PublicKey(secret.key_id, secret.owner, secret.material.public_key())


def activity(us: Federation, name: str = "news") -> bytes:
    return orjson.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": us.uris.activity(us.instance.mint.new()),
            "type": "Create",
            "actor": us.uris.company,
            "object": {"type": "Note", "content": name},
        }
    )


async def test_a_proof_is_by_the_ed25519_key_of_the_actor(us: Federation) -> None:
    """federation.md: FEP-8b32 proof on alliance traffic."""
    document = orjson.loads(await us.prover.proven(COMPANY, activity(us), keep=True))

    assert document["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert proof_key_id(document) == f"{us.uris.company}#ed25519-key"
    assert verify_document(document, await public_key(us)) == us.uris.company


async def test_no_context_has_to_be_fetched_for_a_proof(us: Federation) -> None:
    """federation.md: consumers that expand JSON-LD fetch what is referenced."""
    document = orjson.loads(await us.prover.proven(COMPANY, activity(us), keep=True))

    referenced = [context for context in document["@context"] if isinstance(context, str)]
    assert referenced == ["https://www.w3.org/ns/activitystreams"]
    assert document["proof"]["@context"] == document["@context"]


async def test_every_worker_makes_the_same_bytes_whenever_it_sends(
    us: Federation, clock: FrozenClock
) -> None:
    body, other = activity(us), Prover(us.keyring, us.uris, us.instance.clock)
    first = await us.prover.proven(COMPANY, body, keep=True)
    clock.advance(hours=5)

    assert await us.prover.proven(COMPANY, body, keep=True) is first
    assert await other.proven(COMPANY, body, keep=False) == first


async def test_only_a_few_are_remembered_and_none_that_is_for_one_reader(us: Federation) -> None:
    first = activity(us)
    made = await us.prover.proven(COMPANY, first, keep=True)
    for number in range(KEPT):
        await us.prover.proven(COMPANY, activity(us, str(number)), keep=True)
    again = await us.prover.proven(COMPANY, first, keep=False)

    assert again == made
    assert again is not made
    assert await us.prover.proven(COMPANY, first, keep=False) is not again


async def test_after_a_rotation_proofs_are_by_the_new_key(us: Federation) -> None:
    body = activity(us)
    before = await us.prover.proven(COMPANY, body, keep=False)
    async with us.instance.unit_of_work() as uow:
        await rotate_keys(uow, COMPANY, us.keyring)

    after = await us.prover.proven(COMPANY, body, keep=False)

    assert after != before
    assert verify_document(orjson.loads(after), await public_key(us)) == us.uris.company


async def test_all_inboxes_get_the_same_bytes_with_the_proof(us: Federation, clock: FrozenClock) -> None:
    async with partner(clock, "127.0.0.1") as them:
        inboxes = [them.inbox_at("one"), them.inbox_at("two"), them.inbox_at("three")]
        await say(us, inboxes, actor=COMPANY)
        async with working(us):
            await eventually(lambda: len(them.received) == 3)

    assert len({got.body for got in them.received}) == 1
    assert verify_document(them.received[0].activity, await public_key(us)) == us.uris.company
