"""Object integrity proofs (FEP-8b32) with the cryptosuite eddsa-jcs-2022, over bovine's building blocks.

Not bovine's `sign_document`: it expands JSON-LD with contexts from the network and reads the system's clock.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from alliance.times import rfc3339
from federation.signatures.material import PublicKey, RsaScheme, SecretKey, is_signed_by
from federation.signatures.rejection import Reason, rejection

CONTEXT = "https://w3id.org/security/data-integrity/v2"
CRYPTOSUITE = "eddsa-jcs-2022"
_MAX_PROOF_VALUE = 200

Json = Mapping[str, Any]


def sign_document(document: Json, key: SecretKey, now: datetime) -> dict[str, Any]:
    """The document with a `proof` by `key` (Ed25519).

    The context that defines proofs is added unless the document brings the terms along.
    """
    from bovine.crypto.helper import jcs_sha256
    from bovine.crypto.multibase import multibase_58btc_encode

    if not isinstance(key.material, Ed25519PrivateKey):
        raise TypeError("proofs are made with Ed25519 keys")
    plain = {name: value for name, value in document.items() if name != "proof"}
    plain["@context"] = _with_proofs(plain.get("@context"))
    proof: dict[str, Any] = {
        "@context": plain["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": key.key_id,
        "proofPurpose": "assertionMethod",
        "created": rfc3339(now),
    }
    signature = key.material.sign(jcs_sha256(proof) + jcs_sha256(plain))
    return plain | {"proof": proof | {"proofValue": multibase_58btc_encode(signature)}}


def proof_key_id(document: Json) -> str:
    """The key that a document's proof names. Raises Rejection(NO_SIGNATURE or SIGNATURE_MALFORMED)."""
    return str(proof_of(document)["verificationMethod"])


def verify_document(document: Json, key: PublicKey) -> str:
    """The id of the actor who made the proof, which must be the actor that the document names.

    Raises Rejection: NO_SIGNATURE, SIGNATURE_MALFORMED, ALGORITHM_UNKNOWN, KEY_OWNER, KEY_REFUSED or
    SIGNATURE_WRONG.
    """
    from bovine.crypto.multibase import multibase_decode

    proof = proof_of(document)
    if not isinstance(key.material, Ed25519PublicKey):
        raise rejection(Reason.KEY_REFUSED, "proofs are made with Ed25519 keys")
    if proof["verificationMethod"] != key.key_id:
        raise rejection(Reason.KEY_OWNER, "the proof was made with another key")
    if _author(document) != key.owner:
        raise rejection(Reason.KEY_OWNER, "the proof is not by the actor of the document")
    try:
        signature = multibase_decode(proof["proofValue"])
        messages = _what_may_be_signed(document, proof)
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise rejection(Reason.SIGNATURE_MALFORMED, repr(error)) from error
    if not any(is_signed_by(key, signature, message, RsaScheme.V15_SHA256) for message in messages):
        raise rejection(Reason.SIGNATURE_WRONG, key.key_id)
    return key.owner


def _what_may_be_signed(document: Json, proof: Json) -> list[bytes]:
    """The bytes that a proof may be about: the document without it, and without a `signature` as well.

    Fedify 2.3 adds a Linked Data signature to what it has proved already, and takes it off before it
    verifies. Nobody here looks at that member, so nothing can be smuggled in with it.
    """
    from bovine.crypto.helper import jcs_sha256

    plain = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    messages = [jcs_sha256(options) + jcs_sha256(plain)]
    if plain.pop("signature", None) is not None:
        messages.append(jcs_sha256(options) + jcs_sha256(plain))
    return messages


def _with_proofs(context: Any) -> list[Any]:
    contexts = list(context) if isinstance(context, list) else [context] if context else []
    is_defined = any(isinstance(context, dict) and "proof" in context for context in contexts)
    return contexts if is_defined or CONTEXT in contexts else [*contexts, CONTEXT]


def proof_of(document: Json) -> dict[str, Any]:
    """The proof of a document, well-formed. Raises Rejection as `verify_document` does."""
    proof = document.get("proof")
    if proof is None:
        raise rejection(Reason.NO_SIGNATURE, "no proof")
    if not isinstance(proof, dict) or proof.get("type") != "DataIntegrityProof":
        raise rejection(Reason.SIGNATURE_MALFORMED, "proof")
    if proof.get("cryptosuite") != CRYPTOSUITE:
        raise rejection(Reason.ALGORITHM_UNKNOWN, str(proof.get("cryptosuite")))
    if proof.get("proofPurpose") != "assertionMethod":
        raise rejection(Reason.SIGNATURE_MALFORMED, "proofPurpose")
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _MAX_PROOF_VALUE:
        raise rejection(Reason.SIGNATURE_MALFORMED, "proofValue")
    if not isinstance(proof.get("verificationMethod"), str):
        raise rejection(Reason.SIGNATURE_MALFORMED, "verificationMethod")
    return proof


def _author(document: Json) -> object:
    author = document.get("actor", document.get("attributedTo"))
    return author.get("id") if isinstance(author, dict) else author
