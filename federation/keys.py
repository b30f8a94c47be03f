"""Our own keys: generated, sealed, loaded once, published, rotated."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import anyio.to_thread
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from sqlalchemy import select, update

from alliance.acts import Subject
from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.unit_of_work import UnitOfWork
from federation.models import SigningKey
from federation.recent import Recent
from federation.remote_keys import RemoteKeys
from federation.signatures import KeyKind, PublicKey, SecretKey
from federation.signatures.building_blocks import building_blocks
from federation.uris import Uris

__all__ = [
    "ActorKeys",
    "KeyPairs",
    "KeyRing",
    "RemoteKeys",
    "fingerprint",
    "generate_keys",
    "make_key_pairs",
    "new_key_pairs",
    "rotate_keys",
    "take_key_pairs_from",
]

PURPOSE = "signing_key"
RSA_FRAGMENT = "#main-key"
ED25519_FRAGMENT = "#ed25519-key"
MAX_ACTORS = 5_000
LOOK_AGAIN_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class KeyPairs:
    """An RSA pair (PEM) and an Ed25519 one (Multibase), not stored yet."""

    rsa_public: str
    rsa_private: str
    ed25519_public: str
    ed25519_private: str


@dataclass(frozen=True, slots=True)
class ActorKeys:
    """The keys of one of our actors as loaded: secret halves to sign with, public texts to show."""

    rsa: SecretKey
    ed25519: SecretKey
    rsa_public: str
    ed25519_public: str
    rows: tuple[int, ...]

    def as_properties(self) -> dict[str, Any]:
        """`publicKey` and `assertionMethod` (FEP-521a) of the actor document."""
        from bovine.models import Multikey

        multikey = Multikey.model_validate(
            {
                "id": self.ed25519.key_id,
                "type": "Multikey",
                "controller": self.ed25519.owner,
                "publicKeyMultibase": self.ed25519_public,
            }
        )
        return {
            "publicKey": {
                "id": self.rsa.key_id,
                "type": "Key",
                "owner": self.rsa.owner,
                "publicKeyPem": self.rsa_public,
            },
            "assertionMethod": [multikey.model_dump(mode="json", exclude_none=True)],
        }


class KeyRing:
    """The keys of our actors, each loaded from the database once; one ring per process.

    A rotation by another process is noticed within ten seconds.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._uris = Uris(instance.settings.origin)
        self._loaded: dict[str, ActorKeys] = {}
        self._fresh: Recent[str, ActorKeys] = Recent(MAX_ACTORS, LOOK_AGAIN_AFTER, instance.clock)

    async def of(self, actor: str) -> ActorKeys:
        """Both keys of an actor by its key in `uris`. Raises NotFound when it has none."""
        keys = self._fresh.get(actor)
        if keys is None:
            keys = await self._current(actor)
            self._fresh.put(actor, keys)
        return keys

    async def secret(self, actor: str, kind: KeyKind = KeyKind.RSA) -> SecretKey:
        """The key to sign with. Raises NotFound."""
        keys = await self.of(actor)
        return keys.rsa if kind is KeyKind.RSA else keys.ed25519

    def forget(self) -> None:
        """Looks at the database again before the next signature."""
        self._fresh.clear()

    async def _current(self, actor: str) -> ActorKeys:
        async with self._instance.reading() as db:
            rows = (
                await db.scalars(
                    select(SigningKey)
                    .where(SigningKey.actor == actor, SigningKey.retired_at.is_(None))
                    .order_by(SigningKey.id)
                )
            ).all()
        known = self._loaded.get(actor)
        if known is None or known.rows != tuple(row.id for row in rows):
            if len(self._loaded) >= MAX_ACTORS:
                self._loaded.clear()
            await building_blocks()
            known = self._loaded[actor] = self._load(actor, {KeyKind(row.kind): row for row in rows})
        return known

    def _load(self, actor: str, rows: dict[KeyKind, SigningKey]) -> ActorKeys:
        from bovine.crypto.multibase import multibase_to_private_key

        if set(rows) != set(KeyKind):
            raise NotFound(detail=f"{actor} has no keys")
        owner, vault = self._uris.actor(actor), self._instance.vault
        rsa, ed25519 = rows[KeyKind.RSA], rows[KeyKind.ED25519]
        # Loading with validation takes 35 ms instead of 40 µs; we made this key and the vault vouches for it.
        rsa_material = load_pem_private_key(
            vault.open(rsa.private, PURPOSE).encode(), None, unsafe_skip_rsa_key_validation=True
        )
        ed25519_material = multibase_to_private_key(vault.open(ed25519.private, PURPOSE))
        if not isinstance(rsa_material, RSAPrivateKey) or not isinstance(ed25519_material, Ed25519PrivateKey):
            raise NotFound(detail=f"{actor} has keys of another kind than their rows say")
        return ActorKeys(
            SecretKey(owner + RSA_FRAGMENT, owner, rsa_material),
            SecretKey(owner + ED25519_FRAGMENT, owner, ed25519_material),
            rsa.public,
            ed25519.public,
            tuple(sorted((rsa.id, ed25519.id))),
        )


def make_key_pairs() -> KeyPairs:
    """Fresh pairs; RSA takes some 100 ms of computing."""
    from bovine.crypto import generate_ed25519_private_key, generate_rsa_public_private_key
    from bovine.crypto.multibase import encode_public_key_to_multibase, multibase_to_private_key

    rsa_public, rsa_private = generate_rsa_public_private_key()
    ed25519_private = generate_ed25519_private_key()
    ed25519_public = encode_public_key_to_multibase(multibase_to_private_key(ed25519_private).public_key())
    return KeyPairs(rsa_public, rsa_private, ed25519_public, ed25519_private)


_SOURCE = [make_key_pairs]


def take_key_pairs_from(source: Callable[[], KeyPairs]) -> None:
    """From now on in this process: who makes thousands of actors, as tests do, brings pairs along."""
    _SOURCE[:] = [source]


async def new_key_pairs() -> KeyPairs:
    """Pairs that no actor has; they are made in a thread. Call it before a transaction begins to write."""
    return await anyio.to_thread.run_sync(_SOURCE[0])


async def generate_keys(uow: UnitOfWork, actor: str, pairs: KeyPairs | None = None) -> None:
    """Gives an actor its first keys; does nothing when it has some already."""
    existing = await uow.db.scalar(
        select(SigningKey.id).where(SigningKey.actor == actor, SigningKey.retired_at.is_(None)).limit(1)
    )
    if existing is None:
        await _add(uow, actor, pairs or await new_key_pairs())


async def rotate_keys(
    uow: UnitOfWork, actor: str, ring: KeyRing | None = None, pairs: KeyPairs | None = None
) -> None:
    """Retires the keys of an actor and makes new ones under the same key ids.

    Receivers that remember the old key fetch again when a signature fails. `ring` forgets after the commit.
    """
    fresh = pairs or await new_key_pairs()
    await uow.db.execute(
        update(SigningKey)
        .where(SigningKey.actor == actor, SigningKey.retired_at.is_(None))
        .values(retired_at=uow.now)
    )
    await _add(uow, actor, fresh)
    uow.audit("keys.rotated", Subject("actor", actor))
    if ring is not None:
        uow.after_commit(ring.forget)


async def _add(uow: UnitOfWork, actor: str, pairs: KeyPairs) -> None:
    for kind, public, private in (
        (KeyKind.RSA, pairs.rsa_public, pairs.rsa_private),
        (KeyKind.ED25519, pairs.ed25519_public, pairs.ed25519_private),
    ):
        sealed = uow.vault.seal(private, PURPOSE)
        uow.db.add(
            SigningKey(
                id=uow.new_id(), actor=actor, kind=kind, public=public, private=sealed, created_at=uow.now
            )
        )
    await uow.db.flush()


def fingerprint(key: PublicKey) -> str:
    """SHA-256 of a public key (DER, SubjectPublicKeyInfo) for people to compare: 16 groups of 4 digits."""
    encoded = key.material.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digits = hashlib.sha256(encoded).hexdigest()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
