"""Our keys: made, sealed, loaded once, published, rotated."""

import pytest
from sqlalchemy import select

from alliance.errors import NotFound
from alliance.instance import Instance
from federation.keys import (
    KeyPairs,
    KeyRing,
    fingerprint,
    generate_keys,
    make_key_pairs,
    new_key_pairs,
    rotate_keys,
)
from federation.models import SigningKey
from federation.signatures import Dialect, KeyKind, PublicKey, sign
from federation.signatures.material import public_key_from_multibase, public_key_from_pem, signature_of
from federation.uris import COMPANY, INSTANCE
from tests.federation.signing import NOW
from tests.support.clock import FrozenClock

US = "https://nordlicht.example/actor"


async def test_an_actor_gets_two_keys_and_keeps_them(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
        await generate_keys(uow, INSTANCE)

    async with instance.reading() as db:
        rows = (await db.scalars(select(SigningKey).where(SigningKey.actor == INSTANCE))).all()
    assert sorted(row.kind for row in rows) == ["ed25519", "rsa"]


def test_no_two_pairs_are_the_same() -> None:
    """Other tests take theirs from a store."""
    one, other = make_key_pairs(), make_key_pairs()

    assert one.rsa_public != other.rsa_public
    assert one.ed25519_public != other.ed25519_public


async def test_private_keys_are_sealed(instance: Instance) -> None:
    pairs = await new_key_pairs()

    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE, pairs)

    async with instance.reading() as db:
        for row in await db.scalars(select(SigningKey)):
            assert b"PRIVATE" not in row.private
            assert pairs.ed25519_private.encode() not in row.private
            opened = instance.vault.open(row.private, "signing_key")
            assert opened == (pairs.rsa_private if row.kind == "rsa" else pairs.ed25519_private)


async def test_keys_are_published_as_other_servers_read_them(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)

    keys = await KeyRing(instance).of(INSTANCE)
    shown = keys.as_properties()

    assert shown["publicKey"] == {
        "id": f"{US}#main-key",
        "type": "Key",
        "owner": US,
        "publicKeyPem": keys.rsa_public,
    }
    assert shown["assertionMethod"] == [
        {
            "id": f"{US}#ed25519-key",
            "type": "Multikey",
            "controller": US,
            "publicKeyMultibase": keys.ed25519_public,
        }
    ]
    assert keys.ed25519_public.startswith("z6Mk")
    rsa_shown = public_key_from_pem(f"{US}#main-key", US, keys.rsa_public)
    assert rsa_shown.material == keys.rsa.material.public_key()
    ed25519_shown = public_key_from_multibase(f"{US}#ed25519-key", US, keys.ed25519_public)
    assert ed25519_shown.material == keys.ed25519.material.public_key()


async def test_a_key_is_loaded_once(instance: Instance, clock: FrozenClock) -> None:
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
    ring = KeyRing(instance)

    first = await ring.secret(INSTANCE)
    clock.advance(minutes=1)

    assert await ring.secret(INSTANCE) is first
    assert first.kind is KeyKind.RSA
    assert (await ring.secret(INSTANCE, KeyKind.ED25519)).kind is KeyKind.ED25519


async def test_rotation_changes_the_key_under_the_same_id_after_the_commit(instance: Instance) -> None:
    ring = KeyRing(instance)
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
        await generate_keys(uow, COMPANY)
    before, company = await ring.of(INSTANCE), await ring.of(COMPANY)

    async with instance.unit_of_work() as uow:
        await rotate_keys(uow, INSTANCE, ring)
        assert await ring.of(INSTANCE) is before
    after = await ring.of(INSTANCE)

    assert after.rsa.key_id == before.rsa.key_id
    assert after.rsa_public != before.rsa_public
    assert after.ed25519_public != before.ed25519_public
    assert await ring.of(COMPANY) is company


async def test_another_process_notices_a_rotation_soon(instance: Instance, clock: FrozenClock) -> None:
    ring = KeyRing(instance)
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
    before = await ring.of(INSTANCE)
    async with instance.unit_of_work() as uow:
        await rotate_keys(uow, INSTANCE)

    assert await ring.of(INSTANCE) is before
    clock.advance(seconds=11)

    assert (await ring.of(INSTANCE)).rsa_public != before.rsa_public


async def test_an_actor_without_keys_is_not_found(instance: Instance) -> None:
    with pytest.raises(NotFound):
        await KeyRing(instance).of(COMPANY)


def test_a_fingerprint_can_be_read_aloud() -> None:
    key = public_key_from_multibase(f"{US}#k", US, "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")

    assert len(fingerprint(key).split(" ")) == 16
    assert fingerprint(key) == fingerprint(key)


async def test_our_signatures_verify_with_what_we_publish(instance: Instance) -> None:
    pairs: KeyPairs = await new_key_pairs()
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE, pairs)
    keys = await KeyRing(instance).of(INSTANCE)

    assert sign("GET", "https://birch.example/", None, keys.rsa, Dialect.CAVAGE, NOW)["Signature"]
    shown: PublicKey = public_key_from_multibase(keys.ed25519.key_id, US, pairs.ed25519_public)
    shown.material.verify(signature_of(keys.ed25519, b"x"), b"x")  # type: ignore[call-arg]
