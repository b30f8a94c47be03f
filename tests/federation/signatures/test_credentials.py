"""Proofs on credentials are those of the specification, and prove every member of a credential."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from bovine.crypto.multibase import multibase_to_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import PublicKey, Reason, Rejection, SecretKey
from federation.signatures.credentials import credential_key_id, sign_credential, verify_credential
from federation.signatures.material import public_key_from_multibase

# Data Integrity EdDSA Cryptosuites 1.0, B.2 "Representation: eddsa-jcs-2022": keys, document and proof.
# https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-jcs-2022
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
KEY_ID = f"did:key:{PUBLIC}#{PUBLIC}"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
PROOF_VALUE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
UNSIGNED: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}


def key(multibase: str = PUBLIC, key_id: str = KEY_ID) -> PublicKey:
    return public_key_from_multibase(key_id, "https://vc.example/issuers/5678", multibase)


def signed() -> dict[str, Any]:
    material = multibase_to_private_key(SECRET)
    assert isinstance(material, Ed25519PrivateKey)
    secret = SecretKey(KEY_ID, "https://vc.example/issuers/5678", material)
    return sign_credential(UNSIGNED, secret, CREATED)


def test_the_proof_is_the_one_of_the_specification() -> None:
    credential = signed()

    assert credential["proof"]["proofValue"] == PROOF_VALUE
    assert {name: value for name, value in credential.items() if name != "proof"} == UNSIGNED
    assert credential_key_id(credential) == KEY_ID
    verify_credential(credential, key())
    verify_credential({**credential, "proof": [credential["proof"]]}, key())


def changes() -> list[tuple[str, Any]]:
    """Every single text of the credential, one character of it changed; a member more, a member less."""
    made: list[tuple[str, Any]] = []

    def walk(value: Any, path: tuple[Any, ...]) -> None:
        if isinstance(value, str):
            made.append(("/".join(map(str, path)), (path, value[:-1] + chr(ord(value[-1]) ^ 1))))
        for name, part in value.items() if isinstance(value, dict) else ():
            walk(part, (*path, name))
        for number, part in enumerate(value) if isinstance(value, list) else ():
            walk(part, (*path, number))

    walk(signed(), ())
    return made


@pytest.mark.parametrize("change", [change for _, change in changes()], ids=[name for name, _ in changes()])
def test_one_character_more_or_less_is_seen(change: Any) -> None:
    credential = copy.deepcopy(signed())
    path, said = change
    place = credential
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = said

    with pytest.raises(Rejection):
        verify_credential(credential, key())


def test_a_member_more_or_less_is_seen() -> None:
    less = {name: value for name, value in signed().items() if name != "name"}
    without_time = signed()
    del without_time["proof"]["created"]

    for credential in ({**signed(), "validUntil": "2099-01-01T00:00:00Z"}, less, without_time):
        with pytest.raises(Rejection) as refused:
            verify_credential(credential, key())
        assert refused.value.reason is Reason.SIGNATURE_WRONG


def test_only_the_key_that_is_named_and_of_the_right_kind_counts() -> None:
    other = "z6MkekwC6R9bj9ErToB7AiZJfyCSDhaZe1UxhDbCqJrhqpS5"  # of the documentation of bovine

    with pytest.raises(Rejection) as refused:
        verify_credential(signed(), key(other))
    assert refused.value.reason is Reason.SIGNATURE_WRONG
    with pytest.raises(Rejection) as refused:
        verify_credential(signed(), key(PUBLIC, "https://vc.example/other#key"))
    assert refused.value.reason is Reason.KEY_OWNER


@pytest.mark.parametrize(
    "proof",
    [None, [], [{}, {}], "proof", {}, {"type": "DataIntegrityProof"}, {"proofValue": 7}],
    ids=["none", "empty", "two", "text", "nothing", "no-suite", "number"],
)
def test_what_is_no_proof_is_refused(proof: Any) -> None:
    with pytest.raises(Rejection):
        verify_credential({**UNSIGNED, "proof": proof}, key())
    with pytest.raises(Rejection):
        credential_key_id({**UNSIGNED, "proof": proof})
