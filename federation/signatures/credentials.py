"""Proofs on Verifiable Credentials: the cryptosuite eddsa-jcs-2022 as it is specified, without detours.

Source: Data Integrity EdDSA Cryptosuites 1.0 (W3C Recommendation of May 2025), section 3.3. What
`proofs.py` forgives activities of the fediverse is not forgiven here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from alliance.times import rfc3339
from federation.signatures.material import PublicKey, RsaScheme, SecretKey, is_signed_by
from federation.signatures.proofs import CRYPTOSUITE, proof_of
from federation.signatures.rejection import Reason, rejection

Json = Mapping[str, Any]


def sign_credential(document: Json, key: SecretKey, now: datetime) -> dict[str, Any]:
    """The credential with a `proof` by `key` (Ed25519); nothing else of it changes."""
    from bovine.crypto.helper import jcs_sha256
    from bovine.crypto.multibase import multibase_58btc_encode

    if not isinstance(key.material, Ed25519PrivateKey):
        raise TypeError("credentials are signed with Ed25519 keys")
    plain = {name: value for name, value in document.items() if name != "proof"}
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": rfc3339(now),
        "verificationMethod": key.key_id,
        "proofPurpose": "assertionMethod",
        "@context": plain["@context"],
    }
    signature = key.material.sign(jcs_sha256(options) + jcs_sha256(plain))
    return plain | {"proof": options | {"proofValue": multibase_58btc_encode(signature)}}


def credential_key_id(document: Json) -> str:
    """The key that the proof names. Raises Rejection when there is no proof that we read."""
    return str(proof_of(_with_one_proof(document))["verificationMethod"])


def verify_credential(document: Json, key: PublicKey) -> None:
    """Raises Rejection unless the proof was made with `key` over everything that the document says.

    NO_SIGNATURE, SIGNATURE_MALFORMED, ALGORITHM_UNKNOWN, KEY_OWNER, KEY_REFUSED or SIGNATURE_WRONG.
    """
    from bovine.crypto.helper import jcs_sha256
    from bovine.crypto.multibase import multibase_decode

    document = _with_one_proof(document)
    proof = proof_of(document)
    if not isinstance(key.material, Ed25519PublicKey):
        raise rejection(Reason.KEY_REFUSED, "proofs are made with Ed25519 keys")
    if proof["verificationMethod"] != key.key_id:
        raise rejection(Reason.KEY_OWNER, "the proof was made with another key")
    plain = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    # 3.3.2, 4: a proof that speaks of other terms than the document proves another document.
    if options.get("@context", plain.get("@context")) != plain.get("@context"):
        raise rejection(Reason.SIGNATURE_WRONG, "the proof has another @context")
    try:
        signature = multibase_decode(proof["proofValue"])
        message = jcs_sha256(options) + jcs_sha256(plain)
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise rejection(Reason.SIGNATURE_MALFORMED, repr(error)) from error
    if not is_signed_by(key, signature, message, RsaScheme.V15_SHA256):
        raise rejection(Reason.SIGNATURE_WRONG, key.key_id)


def _with_one_proof(document: Json) -> Json:
    """With its proof as an object: a set of one is the same (Data Integrity 1.0, 2.1.1)."""
    proof = document.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        return {**document, "proof": proof[0]}
    return document
