"""Keys, key stores and signed requests for the tests of signatures; everything signs for real."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import (
    Dialect,
    KeyKind,
    Policy,
    PublicKey,
    Reason,
    Rejection,
    SecretKey,
    SignedRequest,
    Signer,
    rejection,
    sign,
    verify,
)
from federation.signatures.cavage import cavage_signature
from federation.signatures.digest import digest_header
from federation.signatures.freshness import http_date

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
ALICE = "https://acorn.example/people/1"
INBOX = "https://birch.example/inbox"
BODY = b'{"type": "Follow", "actor": "https://acorn.example/people/1"}'
SECOND = int(NOW.timestamp())
"""NOW in seconds since 1970."""
FULL = "(request-target) host date digest"
POLICY = Policy.of("https://birch.example")


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """One RSA key per size and run."""
    return rsa.generate_private_key(65537, bits)


def secret_key(kind: KeyKind = KeyKind.RSA, key_id: str | None = None, owner: str = ALICE) -> SecretKey:
    """Alice's key of a kind."""
    if kind is KeyKind.ED25519:
        return SecretKey(
            key_id or f"{owner}#ed25519-key", owner, Ed25519PrivateKey.from_private_bytes(b"a" * 32)
        )
    return SecretKey(key_id or f"{owner}#main-key", owner, rsa_key())


def public_key(secret: SecretKey) -> PublicKey:
    """The public half of a secret key."""
    return PublicKey(secret.key_id, secret.owner, secret.material.public_key())


class KeyStore:
    """Keys by id that never fetches; counts how often it was asked to fetch again."""

    def __init__(self, *keys: PublicKey, newer: PublicKey | None = None) -> None:
        self.keys = {key.key_id: key for key in keys}
        self.newer = newer
        self.refetches = 0

    async def find(self, key_id: str) -> PublicKey:
        if key_id not in self.keys:
            raise rejection(Reason.KEY_NOT_FOUND, key_id)
        return self.keys[key_id]

    async def refetch(self, stale: PublicKey) -> PublicKey:
        self.refetches += 1
        return self.newer or stale


def signed(
    dialect: Dialect = Dialect.CAVAGE,
    *,
    secret: SecretKey | None = None,
    method: str = "POST",
    url: str = INBOX,
    body: bytes | None = BODY,
    now: datetime = NOW,
) -> SignedRequest:
    """A request as it arrives at birch.example, signed by Alice unless told otherwise."""
    headers = sign(method, url, body, secret or secret_key(), dialect, now)
    fields = [(name.encode(), value.encode()) for name, value in headers.items()]
    target = url.removeprefix("https://birch.example")
    return SignedRequest.received(method, target, "https", fields, body or b"")


def changed(
    request: SignedRequest, headers: Mapping[str, str | None] | None = None, **parts: object
) -> SignedRequest:
    """The request with other headers (None removes one) or other parts; `host` follows its header."""
    fields: dict[str, str] = {
        name: value for name, value in {**request.headers, **(headers or {})}.items() if value is not None
    }
    return replace(request, headers=fields, host=fields.get("host", ""), **parts)  # type: ignore[arg-type]


async def verified(request: SignedRequest, *, keys: KeyStore | None = None, now: datetime = NOW) -> Signer:
    """Verifies at birch.example with Alice's keys at hand."""
    known = keys or KeyStore(public_key(secret_key()), public_key(secret_key(KeyKind.ED25519)))
    return await verify(request, known, now, POLICY)


async def refusal(request: SignedRequest, keys: KeyStore | None = None, *, now: datetime = NOW) -> Reason:
    """Why the request is turned away; fails when it is not."""
    with pytest.raises(Rejection) as caught:
        await verified(request, keys=keys, now=now)
    assert caught.value.status == caught.value.reason.status
    return caught.value.reason


def cavage(
    covered: str, *, parameters: str = "", algorithm: str = "rsa-sha256", **headers: str
) -> SignedRequest:
    """A POST whose signature covers what a test wants; `parameters` are written into the header verbatim."""
    fields = {"host": "birch.example", "date": http_date(SECOND), "digest": digest_header(BODY)} | headers
    signature = cavage_signature(secret_key(), "POST", "/inbox", tuple(covered.split(" ")), fields)
    for name in ("(created)", "(expires)"):
        fields.pop(name, None)
    signature = signature.replace('algorithm="rsa-sha256"', f'algorithm="{algorithm}"') + parameters
    return SignedRequest("POST", "/inbox", fields["host"], "https", {**fields, "signature": signature}, BODY)
