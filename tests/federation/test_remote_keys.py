"""Keys of others: found, remembered, and asked for rarely."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from alliance.instance import Instance
from federation import remote_keys
from federation.allowed_urls import Rules
from federation.client import Client
from federation.fetch import Fetcher
from federation.models import RemoteActor
from federation.recent import Recent
from federation.remote_keys import RemoteKeys
from federation.signatures import KeyKind, Reason, Rejection, SecretKey
from tests.federation.servers import Web, serving
from tests.federation.signing import NOW, rsa_key, secret_key
from tests.support.clock import FrozenClock

OPEN = Rules(plain_http=True, any_port=True, literals=True, private_addresses=True)
US = "https://nordlicht.example/actor"


class Acorn:
    """A server with one actor whose document a test may rewrite; counts what it is asked for."""

    def __init__(self, server: Web, remote: RemoteKeys) -> None:
        self.server = server
        self.remote = remote
        self.pages: dict[str, Any] = {}

    @property
    def actor(self) -> str:
        return self.server.url("/people/1")

    @property
    def key_id(self) -> str:
        return f"{self.actor}#main-key"

    def person(self, **changes: Any) -> dict[str, Any]:
        """Alice's document with one RSA key."""
        return {
            "id": self.actor,
            "type": "Person",
            "inbox": f"{self.actor}/inbox",
            "endpoints": {"sharedInbox": self.server.url("/inbox")},
            "publicKey": self.key(),
        } | changes

    def key(self, secret: rsa.RSAPrivateKey | None = None, **changes: Any) -> dict[str, Any]:
        """An RSA key as it is published."""
        return {"id": self.key_id, "owner": self.actor, "publicKeyPem": pem(secret or rsa_key())} | changes

    async def refused(self, key_id: str | None = None) -> Reason:
        """Why a key can't be had."""
        with pytest.raises(Rejection) as caught:
            await self.remote.find(key_id or self.key_id)
        return caught.value.reason

    @property
    def asked(self) -> int:
        return len(self.server.requests)


def pem(secret: rsa.RSAPrivateKey) -> str:
    return secret.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def our_key() -> SecretKey:
    return secret_key(key_id=f"{US}#main-key", owner=US)


@pytest.fixture
async def acorn(instance: Instance) -> AsyncIterator[Acorn]:
    pages: dict[str, Any] = {}

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        page = pages.get(request.path, 404)
        if isinstance(page, int):
            return web.Response(status=page)
        return web.json_response(page, content_type="application/activity+json")

    async with serving(answer) as server, Client(OPEN) as client:
        fetcher = Fetcher(client, our_key, instance.clock, instance.settings.origin)
        made = Acorn(server, RemoteKeys(instance, fetcher))
        made.pages = pages
        pages["/people/1"] = made.person()
        yield made


async def test_a_key_is_fetched_with_its_actor_and_remembered(acorn: Acorn, instance: Instance) -> None:
    key = await acorn.remote.find(acorn.key_id)

    assert (key.key_id, key.owner) == (acorn.key_id, acorn.actor)
    assert key.material == rsa_key().public_key()
    assert await acorn.remote.find(acorn.key_id) is key
    assert acorn.asked == 1
    async with instance.reading() as db:
        row = (await db.scalars(select(RemoteActor))).one()
    assert (row.uri, row.type, row.inbox) == (acorn.actor, "Person", f"{acorn.actor}/inbox")
    assert (row.host, row.shared_inbox) == (f"127.0.0.1:{acorn.server.port}", acorn.server.url("/inbox"))
    assert row.keys == [{"id": acorn.key_id, "kind": "rsa", "public": pem(rsa_key())}]


async def test_a_key_survives_a_restart(acorn: Acorn, instance: Instance) -> None:
    await acorn.remote.find(acorn.key_id)
    restarted = RemoteKeys(instance, acorn.remote._fetcher)

    assert (await restarted.find(acorn.key_id)).owner == acorn.actor
    assert acorn.asked == 1


async def test_a_key_is_asked_for_again_after_a_week(acorn: Acorn, clock: FrozenClock) -> None:
    await acorn.remote.find(acorn.key_id)
    clock.advance(days=7, seconds=1)

    await acorn.remote.find(acorn.key_id)

    assert acorn.asked == 2


async def test_many_who_want_the_same_key_cause_one_request(acorn: Acorn) -> None:
    keys = await asyncio.gather(*(acorn.remote.find(acorn.key_id) for _ in range(20)))

    assert len(set(map(id, keys))) == 1
    assert acorn.asked == 1


async def test_an_ed25519_key_is_found_in_assertion_method(acorn: Acorn) -> None:
    """FEP-521a."""
    key_id = f"{acorn.actor}#ed25519-key"
    multikey = {
        "id": key_id,
        "type": "Multikey",
        "controller": acorn.actor,
        "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    }
    acorn.pages["/people/1"] = acorn.person(assertionMethod=[{"type": "Multikey"}, "x", multikey])

    assert (await acorn.remote.find(key_id)).kind is KeyKind.ED25519


async def test_one_of_several_keys_is_found(acorn: Acorn) -> None:
    other = acorn.key(rsa.generate_private_key(65537, 2048), id=f"{acorn.actor}#old")
    acorn.pages["/people/1"] = acorn.person(publicKey=[other, acorn.key()])

    assert (await acorn.remote.find(acorn.key_id)).material == rsa_key().public_key()


@pytest.mark.parametrize("listed", ["embedded", "by id"])
async def test_a_key_with_a_document_of_its_own_must_be_listed_by_its_actor(
    acorn: Acorn, instance: Instance, listed: str
) -> None:
    key_id = f"{acorn.actor}/main-key"
    key = acorn.key(id=key_id)
    acorn.pages["/people/1/main-key"] = key
    acorn.pages["/people/1"] = acorn.person(publicKey=key if listed == "embedded" else key_id)

    assert (await acorn.remote.find(key_id)).owner == acorn.actor
    assert acorn.asked == 2
    restarted = RemoteKeys(instance, acorn.remote._fetcher)
    assert (await restarted.find(key_id)).owner == acorn.actor
    assert acorn.asked == 2


async def test_a_key_id_that_answers_with_a_part_of_the_actor_leads_to_the_actor(acorn: Acorn) -> None:
    """GoToSocial 0.20 answers /main-key with a stub whose id is the actor's."""
    key_id = f"{acorn.actor}/main-key"
    stub = {"id": acorn.actor, "type": "Person", "publicKey": acorn.key(id=key_id)}
    acorn.pages["/people/1/main-key"] = stub
    acorn.pages["/people/1"] = acorn.person(publicKey=acorn.key(id=key_id))

    assert (await acorn.remote.find(key_id)).owner == acorn.actor


async def test_a_key_that_its_supposed_owner_does_not_list_is_refused(acorn: Acorn) -> None:
    """Mallory publishes a key that names Alice as its owner."""
    acorn.pages["/people/666/main-key"] = acorn.key(id=acorn.server.url("/people/666/main-key"))

    assert await acorn.refused(acorn.server.url("/people/666/main-key")) is Reason.KEY_NOT_FOUND


async def test_a_key_of_another_material_than_the_actor_lists_is_refused(acorn: Acorn) -> None:
    key_id = f"{acorn.actor}/main-key"
    acorn.pages["/people/1/main-key"] = acorn.key(rsa.generate_private_key(65537, 2048), id=key_id)
    acorn.pages["/people/1"] = acorn.person(publicKey=acorn.key(id=key_id))

    assert await acorn.refused(key_id) is Reason.KEY_OWNER


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"owner": "https://birch.example/people/1"}, Reason.KEY_OWNER),
        ({"owner": None}, Reason.KEY_OWNER),
        ({"owner": ["x"]}, Reason.KEY_OWNER),
        ({"publicKeyPem": "nonsense"}, Reason.KEY_REFUSED),
        ({"publicKeyPem": {"@value": "x"}}, Reason.KEY_REFUSED),
        ({"publicKeyPem": None}, Reason.KEY_REFUSED),
        ({"revoked": "2026-01-01T00:00:00Z"}, Reason.KEY_REFUSED),
        ({"expires": "2026-01-01T00:00:00Z"}, Reason.KEY_REFUSED),
        ({"expires": "soon"}, Reason.KEY_REFUSED),
        ({"id": "https://birch.example/key"}, Reason.KEY_NOT_FOUND),
        ({"id": 7}, Reason.KEY_NOT_FOUND),
    ],
)
async def test_keys_that_do_not_belong_or_do_not_work_are_refused(
    acorn: Acorn, changes: dict[str, Any], reason: Reason
) -> None:
    acorn.pages["/people/1"] = acorn.person(publicKey=acorn.key(**changes))

    assert await acorn.refused() is reason


async def test_only_keys_of_the_actors_own_host_are_stored(acorn: Acorn, instance: Instance) -> None:
    """A server must not put a key under the name of somebody else's into our store."""
    foreign = acorn.key(id="https://birch.example/people/1#main-key")
    acorn.pages["/people/1"] = acorn.person(publicKey=[foreign, acorn.key()])

    await acorn.remote.find(acorn.key_id)

    async with instance.reading() as db:
        row = (await db.scalars(select(RemoteActor))).one()
    assert [key["id"] for key in row.keys] == [acorn.key_id]


async def test_a_short_rsa_key_is_refused(acorn: Acorn) -> None:
    acorn.pages["/people/1"] = acorn.person(publicKey=acorn.key(rsa_key(1024)))

    assert await acorn.refused() is Reason.KEY_REFUSED


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, Reason.KEY_NOT_FOUND), (410, Reason.KEY_GONE), (500, Reason.KEY_NOT_FOUND)],
)
async def test_failures_are_remembered_for_a_minute(
    acorn: Acorn, clock: FrozenClock, status: int, reason: Reason
) -> None:
    acorn.pages["/people/1"] = status

    assert [await acorn.refused(), await acorn.refused()] == [reason, reason]
    assert acorn.asked == 1
    acorn.pages["/people/1"] = acorn.person()
    clock.advance(seconds=61)

    assert (await acorn.remote.find(acorn.key_id)).owner == acorn.actor


async def test_a_rotated_key_is_fetched_again_every_five_minutes_at_most(
    acorn: Acorn, clock: FrozenClock
) -> None:
    old = await acorn.remote.find(acorn.key_id)
    new = rsa.generate_private_key(65537, 2048)
    acorn.pages["/people/1"] = acorn.person(publicKey=acorn.key(new))

    fresh = await acorn.remote.refetch(old)

    assert fresh.material == new.public_key()
    assert await acorn.remote.find(acorn.key_id) is fresh
    acorn.pages["/people/1"] = acorn.person()
    assert await acorn.remote.refetch(fresh) is fresh
    assert acorn.asked == 2
    clock.advance(minutes=5, seconds=1)
    assert (await acorn.remote.refetch(fresh)).material == old.material


async def test_a_key_that_did_not_change_stays_the_same(acorn: Acorn) -> None:
    key = await acorn.remote.find(acorn.key_id)

    assert await acorn.remote.refetch(key) is key


async def test_when_the_owner_is_down_the_known_key_stays(acorn: Acorn) -> None:
    key = await acorn.remote.find(acorn.key_id)
    acorn.pages["/people/1"] = 503

    assert await acorn.remote.refetch(key) is key
    assert await acorn.remote.find(acorn.key_id) is key


async def test_invented_key_ids_do_not_make_us_ask_one_host_without_end(acorn: Acorn) -> None:
    most = remote_keys.MAX_FETCHES_A_MINUTE

    for number in range(most + 30):
        assert await acorn.refused(f"{acorn.actor}?n={number}#k") is Reason.KEY_NOT_FOUND

    # Twice per key: the document calls itself /people/1, so it is fetched there once more.
    assert acorn.asked <= 2 * most


async def test_a_key_of_ours_is_never_fetched(acorn: Acorn) -> None:
    assert await acorn.refused(f"{US}#main-key") is Reason.KEY_NOT_FOUND
    assert acorn.asked == 0


async def test_an_actor_without_inbox_is_not_stored(acorn: Acorn, instance: Instance) -> None:
    acorn.pages["/people/1"] = acorn.person(inbox=None)

    assert (await acorn.remote.find(acorn.key_id)).owner == acorn.actor
    async with instance.reading() as db:
        assert (await db.scalars(select(RemoteActor))).all() == []


async def test_a_shared_inbox_on_another_host_is_not_believed(acorn: Acorn, instance: Instance) -> None:
    acorn.pages["/people/1"] = acorn.person(endpoints={"sharedInbox": "https://birch.example/inbox"})

    await acorn.remote.find(acorn.key_id)

    async with instance.reading() as db:
        assert (await db.scalars(select(RemoteActor))).one().shared_inbox is None


def test_what_is_recent_is_bounded_in_number_and_time() -> None:
    clock = FrozenClock(NOW)
    recent: Recent[int, str] = Recent(2, remote_keys.REFETCH_EVERY, clock)
    for number in range(3):
        recent.put(number, str(number))

    assert [recent.get(number) for number in range(3)] == [None, "1", "2"]
    recent.get(1)
    recent.put(4, "4")
    assert [recent.get(number) for number in (1, 2, 4)] == ["1", None, "4"]
    clock.advance(minutes=6)
    assert [recent.get(1), recent.get(4), len(recent)] == [None, None, 0]
