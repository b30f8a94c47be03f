"""Integrity proofs, checked against the vector of FEP-8b32 (its file fep-8b32.feature)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bovine.crypto.multibase import multibase_to_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import PublicKey, Reason, Rejection, SecretKey
from federation.signatures.material import public_key_from_multibase
from federation.signatures.proofs import proof_key_id, sign_document, verify_document
from tests.federation.signing import rsa_key

ALICE = "https://server.example/users/alice"
KEY_ID = f"{ALICE}#ed25519-key"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": ALICE,
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": ALICE,
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
PROOF = {
    "@context": DOCUMENT["@context"],
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": KEY_ID,
    "proofPurpose": "assertionMethod",
    "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
    "created": "2023-02-24T23:36:38Z",
}


def alices_secret() -> SecretKey:
    material = multibase_to_private_key("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert isinstance(material, Ed25519PrivateKey)
    return SecretKey(KEY_ID, ALICE, material)


def alices_key() -> PublicKey:
    return public_key_from_multibase(KEY_ID, ALICE, "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")


def refusal(document: dict[str, Any], key: PublicKey | None = None) -> Reason:
    with pytest.raises(Rejection) as caught:
        verify_document(document, key or alices_key())
    return caught.value.reason


def test_signing_gives_the_proof_of_the_fep() -> None:
    assert sign_document(DOCUMENT, alices_secret(), CREATED) == {**DOCUMENT, "proof": PROOF}


def test_the_proof_of_the_fep_verifies() -> None:
    document = {**DOCUMENT, "proof": PROOF}

    assert proof_key_id(document) == KEY_ID
    assert verify_document(document, alices_key()) == ALICE


def test_the_context_of_proofs_is_added_when_missing() -> None:
    plain = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Join", "actor": ALICE}

    document = sign_document(plain, alices_secret(), CREATED)

    assert document["@context"] == DOCUMENT["@context"]
    assert verify_document(document, alices_key()) == ALICE


def test_a_changed_document_is_refused() -> None:
    changed = {**DOCUMENT, "object": {**DOCUMENT["object"], "content": "Hello moon"}, "proof": PROOF}

    assert refusal(changed) is Reason.SIGNATURE_WRONG


def test_a_linked_data_signature_that_came_later_is_nobodys_business_and_nothing_else_is() -> None:
    """Fedify 2.3.6 adds one after the proof (packages/fedify/src/federation/middleware, sendActivity)."""
    proved = {**DOCUMENT, "proof": PROOF}
    later = {"type": "RsaSignature2017", "signatureValue": "..."}

    assert verify_document({**proved, "signature": later}, alices_key()) == ALICE
    assert refusal({**proved, "signature": later, "summary": "added"}) is Reason.SIGNATURE_WRONG
    assert refusal({**proved, "signatures": later}) is Reason.SIGNATURE_WRONG


def test_changed_proof_options_are_refused() -> None:
    assert (
        refusal({**DOCUMENT, "proof": {**PROOF, "created": "2026-02-24T23:36:38Z"}}) is Reason.SIGNATURE_WRONG
    )


def test_a_proof_by_somebody_else_is_refused_though_it_verifies() -> None:
    mallory = "https://server.example/users/mallory"
    forged = sign_document({**DOCUMENT, "actor": mallory}, alices_secret(), CREATED)

    assert refusal(forged) is Reason.KEY_OWNER


def test_a_proof_that_names_another_key_is_refused() -> None:
    assert (
        refusal({**DOCUMENT, "proof": {**PROOF, "verificationMethod": f"{ALICE}#other"}}) is Reason.KEY_OWNER
    )


def test_an_rsa_key_makes_no_proofs() -> None:
    key = PublicKey(KEY_ID, ALICE, rsa_key().public_key())

    assert refusal({**DOCUMENT, "proof": PROOF}, key) is Reason.KEY_REFUSED
    with pytest.raises(TypeError):
        sign_document(DOCUMENT, SecretKey(KEY_ID, ALICE, rsa_key()), CREATED)


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.NO_SIGNATURE),
        ("yes", Reason.SIGNATURE_MALFORMED),
        ([PROOF], Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "type": "Ed25519Signature2020"}, Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "cryptosuite": "eddsa-rdfc-2022"}, Reason.ALGORITHM_UNKNOWN),
        ({**PROOF, "proofPurpose": "authentication"}, Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "proofValue": 5}, Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "proofValue": "z0OIl"}, Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "proofValue": "z" + "1" * 500}, Reason.SIGNATURE_MALFORMED),
        ({**PROOF, "proofValue": "z1"}, Reason.SIGNATURE_WRONG),
        ({**PROOF, "verificationMethod": None}, Reason.SIGNATURE_MALFORMED),
    ],
)
def test_broken_proofs_are_named(proof: object, reason: Reason) -> None:
    assert refusal({**DOCUMENT, "proof": proof}) is reason
