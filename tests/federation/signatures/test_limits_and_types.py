"""Limits of headers and keys, and the types that make forgetting a check impossible."""

from dataclasses import FrozenInstanceError, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.signatures import (
    Dialect,
    KeyKind,
    Reason,
    Rejection,
    SignedRequest,
    Signer,
    peek,
    verify,
)
from federation.signatures.material import public_key_from_pem
from tests.federation.signing import (
    ALICE,
    BODY,
    NOW,
    POLICY,
    KeyStore,
    changed,
    rsa_key,
    signed,
    verified,
)


def test_too_many_or_too_long_headers_are_refused() -> None:
    for fields in (
        [(b"x%d" % n, b"1") for n in range(101)],
        [(b"x", b"1" * 8193)],
        [(b"x%d" % n, b"1" * 8000) for n in range(5)],
    ):
        with pytest.raises(Rejection) as caught:
            SignedRequest.received("POST", "/inbox", "https", fields, BODY)
        assert caught.value.reason is Reason.HEADERS_TOO_LARGE


@pytest.mark.parametrize("name", [b"host", b"date", b"content-type", b"content-length", b"authorization"])
def test_headers_that_must_occur_once_are_refused_twice(name: bytes) -> None:
    with pytest.raises(Rejection) as caught:
        SignedRequest.received("POST", "/inbox", "https", [(name, b"1"), (name.upper(), b"1")], BODY)

    assert caught.value.reason is Reason.DUPLICATE_HEADER


def test_other_repeated_headers_are_joined() -> None:
    request = SignedRequest.received("GET", "/", "https", [(b"accept", b"a"), (b"Accept", b" b ")], b"")

    assert request.headers == {"accept": "a, b"}


@pytest.mark.parametrize("bits", [1024, 2047])
def test_short_rsa_keys_are_refused(bits: int) -> None:
    pem = rsa_key(bits).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    with pytest.raises(Rejection) as caught:
        public_key_from_pem("https://a.example/k", "https://a.example", pem)

    assert caught.value.reason is Reason.KEY_REFUSED


def test_a_long_rsa_key_with_a_huge_exponent_is_refused() -> None:
    numbers = rsa.RSAPublicNumbers(2**64 + 13, rsa_key().public_key().public_numbers().n)
    pem = numbers.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    with pytest.raises(Rejection) as caught:
        public_key_from_pem("https://a.example/k", "https://a.example", pem)

    assert caught.value.reason is Reason.KEY_REFUSED


def test_elliptic_curves_and_nonsense_are_refused() -> None:
    curve = generate_ec(SECP256R1()).public_key()
    pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    for text in (pem, "", "-----BEGIN PUBLIC KEY-----", "é", "x" * 5000):
        with pytest.raises(Rejection) as caught:
            public_key_from_pem("https://a.example/k", "https://a.example", text)
        assert caught.value.reason is Reason.KEY_REFUSED


async def test_nobody_makes_a_signer_by_hand() -> None:
    signer = await verified(signed())

    with pytest.raises(TypeError):
        Signer("https://a.example/k", "https://a.example", KeyKind.RSA, Dialect.CAVAGE, object())
    with pytest.raises((TypeError, ValueError)):
        replace(signer, actor_id="https://birch.example/actor")  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        signer.actor_id = "https://birch.example/actor"  # type: ignore[misc]
    with pytest.raises(TypeError):
        type("Forged", (Signer,), {})


async def test_peek_tells_the_keys_before_anything_is_proved() -> None:
    request = changed(signed(), body=b"something else")

    assert [claim.key_id for claim in peek(request)] == [f"{ALICE}#main-key"]
    with pytest.raises(Rejection):
        await verify(request, KeyStore(), NOW, POLICY, peek(request))


def test_every_reason_has_a_word_a_status_and_a_sentence() -> None:
    assert {reason.status for reason in Reason} == {400, 401, 403}
    assert len({reason.sentence for reason in Reason}) == len(Reason)
    assert all(reason.sentence.endswith(".") and "{" not in reason.sentence for reason in Reason)
    assert len({reason.word for reason in Reason}) == len(Reason)
