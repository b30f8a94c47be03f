"""Class proof scope: activities whose integrity proof (FEP-8b32) says something else than their signature."""

from typing import Any

import pytest
from bovine.crypto.multibase import encode_public_key_to_multibase
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import KeyKind, SecretKey
from federation.signatures.proofs import sign_document
from tests.hostile.siege import Siege, Verdict, company_of
from tests.partner import Partner


def with_ed25519(by: Partner, path: str = "/company") -> SecretKey:
    """Shows the Ed25519 key of an actor of `by` in its document, and hands it out."""
    secret = by.key(f"{by.origin}{path}", KeyKind.ED25519)
    assert isinstance(secret.material, Ed25519PrivateKey)
    document = by.documents[path]
    assert isinstance(document, dict)
    document["assertionMethod"] = [
        {
            "id": secret.key_id,
            "type": "Multikey",
            "controller": secret.owner,
            "publicKeyMultibase": encode_public_key_to_multibase(secret.material.public_key()),
        }
    ]
    return secret


def proven(under: Siege, by: Partner, activity: dict[str, Any]) -> dict[str, Any]:
    return sign_document(activity, with_ed25519(by), under.stage.instance.clock.now())


async def test_what_an_ally_proves_is_taken(under: Siege) -> None:
    activity = proven(under, under.b, under.says(under.b, "Create", under.event(under.b)))

    assert await under.attack(under.b, activity) == Verdict(202, "processed")


async def test_what_an_ally_signs_without_a_proof_is_taken(under: Siege) -> None:
    with_ed25519(under.b)

    activity = under.says(under.b, "Create", under.event(under.b))

    assert await under.attack(under.b, activity) == Verdict(202, "processed")


async def test_what_was_changed_after_the_proof_is_refused(under: Siege) -> None:
    activity = proven(under, under.b, under.says(under.b, "Create", under.event(under.b)))
    activity["object"] = {**activity["object"], "name": "Something else"}

    async with under.unchanged():
        assert await under.attack(under.b, activity) == Verdict(202, "refused", "proof: signature_wrong")


async def test_a_proof_by_another_actor_of_the_same_server_is_refused(under: Siege) -> None:
    activity = under.says(under.b, "Create", under.event(under.b))
    secret = with_ed25519(under.b, "/actor")
    activity = sign_document(activity, secret, under.stage.instance.clock.now())

    async with under.unchanged():
        assert await under.attack(under.b, activity) == Verdict(202, "refused", "proof: key_owner")


async def test_a_proof_taken_from_another_server_is_refused(under: Siege) -> None:
    activity = under.says(under.b, "Create", under.event(under.b))
    activity = sign_document(activity, with_ed25519(under.c), under.stage.instance.clock.now())

    async with under.unchanged():
        assert await under.attack(under.b, activity) == Verdict(202, "refused", "proof: key_owner")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cryptosuite": "eddsa-rdfc-2022"}, "algorithm_unknown"),
        ({"proofPurpose": "authentication"}, "signature_malformed"),
        ({"proofValue": "z" + "1" * 300}, "signature_malformed"),
        ({"proofValue": None}, "signature_malformed"),
        ({"type": "RsaSignature2017"}, "signature_malformed"),
        ({"created": "2030-01-01T00:00:00Z"}, "signature_wrong"),
        ({"verificationMethod": "javascript:alert(1)"}, "key_owner"),
    ],
)
async def test_a_broken_proof_is_refused_by_name(under: Siege, change: dict[str, Any], reason: str) -> None:
    activity = proven(under, under.b, under.says(under.b, "Create", under.event(under.b)))
    activity["proof"] = {**activity["proof"], **change}

    async with under.unchanged():
        assert await under.attack(under.b, activity) == Verdict(202, "refused", f"proof: {reason}")


@pytest.mark.parametrize("proof", ["yes", 5, [], [{"type": "DataIntegrityProof"}], {}])
async def test_what_is_no_proof_is_refused(under: Siege, proof: object) -> None:
    activity = under.says(under.b, "Create", under.event(under.b)) | {"proof": proof}

    async with under.unchanged():
        assert await under.attack(under.b, activity) == Verdict(202, "refused", "proof: signature_malformed")


async def test_a_proof_does_not_replace_the_signature(under: Siege) -> None:
    """Whoever passes on what an ally has proved is not that ally."""
    activity = proven(under, under.b, under.says(under.b, "Create", under.event(under.b)))

    async with under.unchanged():
        answer = await under.post(under.x, activity, key=under.x.key(company_of(under.x)))
        assert answer.status_code == 401


async def test_proofs_of_strangers_are_not_looked_at(under: Siege) -> None:
    """The HTTP signature decides; nobody can make us fetch keys by naming them in proofs."""
    activity = under.says(under.x, "Follow", "http://nordlicht.localhost:8001/company")
    activity["proof"] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"{under.c.origin}/nowhere#key",
        "proofValue": "z1",
    }

    verdict = await under.attack(under.x, activity)

    assert not verdict.reason.startswith("proof")
