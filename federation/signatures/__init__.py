"""Signed requests, both directions: who sent this, and proving that we did."""

from federation.signatures.claim import Claim
from federation.signatures.material import KeyKind, PublicKey, SecretKey
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, Rejection, rejection
from federation.signatures.request import Dialect, SignedRequest
from federation.signatures.sign import sign
from federation.signatures.verify import Keys, Signer, peek, verify

__all__ = [
    "Claim",
    "Dialect",
    "KeyKind",
    "Keys",
    "Policy",
    "PublicKey",
    "Reason",
    "Rejection",
    "SecretKey",
    "SignedRequest",
    "Signer",
    "peek",
    "rejection",
    "sign",
    "verify",
]
