"""Keys as values: a public key that verifies, with its owner, a secret one that signs."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from federation.signatures.rejection import Reason, rejection

MAX_PEM_CHARACTERS = 4096
MAX_MULTIBASE_CHARACTERS = 2048
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192
_MAX_EXPONENT_BITS = 33  # a huge public exponent makes each verification cost milliseconds


class KeyKind(StrEnum):
    """The kinds of key that we use and accept."""

    RSA = "rsa"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies; `owner` is the id of the actor whose document names it."""

    key_id: str
    owner: str
    material: RSAPublicKey | Ed25519PublicKey
    kind: KeyKind = field(init=False)

    def __post_init__(self) -> None:
        # Once: these are abstract classes, and asking them on each verification takes as long as hashing.
        kind = KeyKind.RSA if isinstance(self.material, RSAPublicKey) else KeyKind.ED25519
        object.__setattr__(self, "kind", kind)


@dataclass(frozen=True, slots=True, eq=False)
class SecretKey:
    """One of our own keys, loaded once; `prepared` keeps the signers built for it."""

    key_id: str
    owner: str
    material: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)
    prepared: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> KeyKind:
        """RSA or Ed25519."""
        return KeyKind.RSA if isinstance(self.material, RSAPrivateKey) else KeyKind.ED25519


_ErrorsOfLoading = (ValueError, TypeError, IndexError, AttributeError, UnsupportedAlgorithm)


def public_key_from_pem(key_id: str, owner: str, pem: str) -> PublicKey:
    """Reads `publicKeyPem`. Raises Rejection(KEY_REFUSED) for any other kind or size than we accept."""
    if len(pem) > MAX_PEM_CHARACTERS:
        raise rejection(Reason.KEY_REFUSED, "too long")
    try:
        material = load_pem_public_key(pem.encode("ascii"))
    except _ErrorsOfLoading as error:
        raise rejection(Reason.KEY_REFUSED, "not a PEM public key") from error
    return PublicKey(key_id, owner, accepted(material))


def public_key_from_multibase(key_id: str, owner: str, multibase: str) -> PublicKey:
    """Reads `publicKeyMultibase` of a Multikey (FEP-521a). Raises Rejection(KEY_REFUSED)."""
    from bovine.crypto.multibase import decode_multibase_public_key

    if len(multibase) > MAX_MULTIBASE_CHARACTERS:
        raise rejection(Reason.KEY_REFUSED, "too long")
    try:
        material = decode_multibase_public_key(multibase)
    except _ErrorsOfLoading as error:
        raise rejection(Reason.KEY_REFUSED, "not a Multikey") from error
    return PublicKey(key_id, owner, accepted(material))


def accepted(material: object) -> RSAPublicKey | Ed25519PublicKey:
    """The same key if it is RSA of 2048 to 8192 bits or Ed25519. Raises Rejection(KEY_REFUSED)."""
    if isinstance(material, Ed25519PublicKey):
        return material
    if not isinstance(material, RSAPublicKey):
        raise rejection(Reason.KEY_REFUSED, f"kind {type(material).__name__}")
    if not MIN_RSA_BITS <= material.key_size <= MAX_RSA_BITS:
        raise rejection(Reason.KEY_REFUSED, f"RSA of {material.key_size} bits")
    exponent = material.public_numbers().e
    if exponent.bit_length() > _MAX_EXPONENT_BITS or exponent < 3 or exponent % 2 == 0:
        raise rejection(Reason.KEY_REFUSED, "RSA exponent")
    return material


class RsaScheme(StrEnum):
    """How RSA signs: padding and hash."""

    V15_SHA256 = "rsa-v1_5-sha256"
    V15_SHA512 = "rsa-v1_5-sha512"
    PSS_SHA512 = "rsa-pss-sha512"


_RSA: dict[RsaScheme, tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]] = {
    RsaScheme.V15_SHA256: (padding.PKCS1v15(), hashes.SHA256()),
    RsaScheme.V15_SHA512: (padding.PKCS1v15(), hashes.SHA512()),
    RsaScheme.PSS_SHA512: (padding.PSS(mgf=padding.MGF1(hashes.SHA512()), salt_length=64), hashes.SHA512()),
}


def is_signed_by(key: PublicKey, signature: bytes, message: bytes, scheme: RsaScheme) -> bool:
    """Whether `signature` over `message` was made with `key`; `scheme` matters to RSA alone."""
    material: Any = key.material
    try:
        if key.kind is KeyKind.RSA:
            material.verify(signature, message, *_RSA[scheme])
        else:
            material.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signature_of(key: SecretKey, message: bytes) -> bytes:
    """Signs with Ed25519, or with PKCS#1 v1.5 and SHA-256, what every server of the fediverse verifies."""
    if isinstance(key.material, RSAPrivateKey):
        return key.material.sign(message, *_RSA[RsaScheme.V15_SHA256])
    return key.material.sign(message)
