"""HTTP Message Signatures (RFC 9421): the library builds the base, coverage and freshness are ours."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import http_sf
from cryptography.exceptions import InvalidSignature as WrongSignature
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import (
    ED25519,
    RSA_PSS_SHA512,
    RSA_V1_5_SHA256,
    HTTPSignatureAlgorithm,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from federation.signatures.claim import checked_key_id
from federation.signatures.digest import check_digests
from federation.signatures.freshness import check_expires, check_made
from federation.signatures.material import KeyKind, PublicKey, SecretKey, signature_of
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, Rejection, rejection
from federation.signatures.request import Dialect, SignedRequest

MAX_SIGNATURES = 4
MAX_COMPONENTS = 32
LABEL = "sig1"
BODY_COMPONENTS = ("@method", "@target-uri", "content-digest")
BARE_COMPONENTS = ("@method", "@target-uri")
_ALGORITHMS: dict[KeyKind, tuple[type[HTTPSignatureAlgorithm], ...]] = {
    KeyKind.RSA: (RSA_V1_5_SHA256, RSA_PSS_SHA512),
    KeyKind.ED25519: (ED25519,),
}
_KNOWN_ALGORITHMS = frozenset(
    algorithm.algorithm_id for algorithms in _ALGORITHMS.values() for algorithm in algorithms
)


@dataclass(slots=True)
class _Message:
    """A request in the shape that the library reads."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class MessageClaim:
    """One label of `Signature-Input` with its signature, read and not yet verified."""

    key_id: str
    names: frozenset[str]
    covered: frozenset[str]
    created: int | None
    expires: int | None
    algorithm: str | None
    signature_input: str
    signature: str

    @property
    def dialect(self) -> Dialect:
        """Always RFC 9421."""
        return Dialect.RFC9421

    def covers(self, field: str) -> bool:
        """Whether the field is among the components, as a whole."""
        return field in self.covered

    def check(self, request: SignedRequest, now: float, policy: Policy) -> None:
        """Method, target and `created` must be covered, for bodies `content-digest` too. Raises Rejection."""
        self._check_target(request)
        if self.created is None:
            raise rejection(Reason.TIME_MISSING, "created")
        check_made(self.created, now, policy)
        check_expires(self.expires, now)
        if request.has_body:
            check_digests(request, self.covered & {"content-digest"})

    def _check_target(self, request: SignedRequest) -> None:
        parts = {"@authority", "@path"} | ({"@query"} if "?" in request.target else set())
        if "@method" not in self.covered:
            raise rejection(Reason.NOT_COVERED, "@method")
        if "@target-uri" not in self.covered and not parts <= self.covered:
            raise rejection(Reason.NOT_COVERED, "@target-uri")

    def holds(self, request: SignedRequest, key: PublicKey, policy: Policy) -> bool:
        """Tries the algorithm that `alg` names, or those that fit the key."""
        fitting = [
            algorithm
            for algorithm in _ALGORITHMS[key.kind]
            if self.algorithm is None or algorithm.algorithm_id == self.algorithm
        ]
        if not fitting:
            raise rejection(Reason.ALGORITHM_MISMATCH, f"{self.algorithm} with a key of kind {key.kind}")
        headers = {name: value for name, value in request.headers.items() if name in self.names}
        headers |= {"signature-input": self.signature_input, "signature": self.signature}
        message = _Message(request.method, policy.origin_of(request) + request.target, headers)
        return any(_verifies(message, key, algorithm) for algorithm in fitting)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without its clock: times are checked in `MessageClaim.check`."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Nothing, see above."""


class _OneKey(HTTPSignatureKeyResolver):
    """Knows the one key that was found before; the library asks synchronously and must not fetch."""

    def __init__(self, key: Any) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key

    def resolve_private_key(self, key_id: str) -> Any:
        return self._key


def _verifies(message: _Message, key: PublicKey, algorithm: type[HTTPSignatureAlgorithm]) -> bool:
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=_OneKey(key.material))
    try:
        verifier.verify(message, max_age=None)
    except HTTPMessageSignaturesException as error:
        if isinstance(error.__cause__, WrongSignature):
            return False
        raise rejection(Reason.SIGNATURE_MALFORMED, str(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise rejection(Reason.SIGNATURE_MALFORMED, repr(error)) from error
    return True


def message_claims(headers: Mapping[str, str]) -> tuple[MessageClaim, ...]:
    """Every usable label of `Signature-Input`. Raises Rejection when there is none, or the fields are broken.

    A label that we can't use does not spoil the others: intermediaries may add their own.
    """
    inputs = _dictionary(headers["signature-input"])
    signatures = _dictionary(headers.get("signature", ""))
    if len(inputs) > MAX_SIGNATURES:
        raise rejection(Reason.TOO_MANY_SIGNATURES, str(len(inputs)))
    claims: list[MessageClaim] = []
    refusals: list[Rejection] = []
    for label, member in inputs.items():
        try:
            claims.append(_claim(label, member, signatures.get(label)))
        except Rejection as error:
            refusals.append(error)
    if not claims:
        raise refusals[0] if refusals else rejection(Reason.NO_SIGNATURE)
    return tuple(claims)


def _dictionary(value: str) -> dict[str, Any]:
    """A Dictionary (RFC 9651) without repeated keys. Raises Rejection."""

    def refuse(key: str, context: str) -> None:
        raise rejection(Reason.DUPLICATE_PARAMETER, f"{key} in {context}")

    if not value:
        return {}
    try:
        parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse)
    except (ValueError, TypeError, OverflowError) as error:
        raise rejection(Reason.SIGNATURE_MALFORMED, str(error)) from error
    return parsed if isinstance(parsed, dict) else {}


def _claim(label: str, member: Any, signature: Any) -> MessageClaim:
    components, parameters = member
    if not isinstance(components, list) or len(components) > MAX_COMPONENTS:
        raise rejection(Reason.SIGNATURE_MALFORMED, f"{label} is not a list of components")
    if signature is None or not isinstance(signature[0], bytes):
        raise rejection(Reason.SIGNATURE_MALFORMED, f"{label} has no signature")
    algorithm = parameters.get("alg")
    if algorithm is not None and algorithm not in _KNOWN_ALGORITHMS:
        raise rejection(Reason.ALGORITHM_UNKNOWN, str(algorithm))
    return MessageClaim(
        key_id=checked_key_id(parameters.get("keyid")),
        names=frozenset(name for name, _ in components if type(name) is str),
        # Components with parameters (;req, ;key=...) say something else than the bare name: not counted.
        covered=frozenset(name for name, options in components if type(name) is str and not options),
        created=_second(parameters.get("created")),
        expires=_second(parameters.get("expires")),
        algorithm=algorithm,
        signature_input=http_sf.ser({label: member}),
        signature=http_sf.ser({label: signature}),
    )


def _second(value: object) -> int | None:
    if value is not None and type(value) is not int:
        raise rejection(Reason.TIME_MALFORMED, str(value))
    return value


def message_signature(
    key: SecretKey,
    method: str,
    url: str,
    components: tuple[str, ...],
    fields: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """`Signature-Input` and `Signature` over `components`; RSA signs as rsa-v1_5-sha256."""
    signer = key.prepared.get(Dialect.RFC9421)
    if signer is None:
        signer = key.prepared[Dialect.RFC9421] = HTTPMessageSigner(
            signature_algorithm=_ALGORITHMS[key.kind][0]
        )
    prepared = signer.prepare(
        _Message(method, url, dict(fields)),
        key_id=key.key_id,
        created=now,
        label=LABEL,
        include_alg=False,
        covered_component_ids=components,
        use_existing_digest=any(name.lower() == "content-digest" for name in fields),
    )
    # Not signer.apply(): it builds the whole base a second time in case the message changed meanwhile.
    signature = b64encode(signature_of(key, prepared.signature_base)).decode()
    return {
        "Signature-Input": f"{LABEL}={prepared.signature_params}",
        "Signature": f"{LABEL}=:{signature}:",
    }
