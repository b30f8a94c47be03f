"""Signatures of draft-cavage-http-signatures-12: httpsig builds and reads them, OpenSSL does the RSA."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from federation.signatures.claim import checked_key_id
from federation.signatures.digest import check_digests
from federation.signatures.freshness import check_expires, check_made, second_of
from federation.signatures.material import (
    KeyKind,
    PublicKey,
    RsaScheme,
    SecretKey,
    is_signed_by,
)
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, rejection
from federation.signatures.request import Dialect, SignedRequest

MAX_SIGNATURE_CHARACTERS = 4096
MAX_COVERED = 32
_PARAMETER = r'[A-Za-z]{1,16}=(?:"[^"\\]*"|[0-9.]{1,20})'
_PARAMETERS = re.compile(rf"{_PARAMETER}(?:[ \t]*,[ \t]*{_PARAMETER}){{0,15}}")
_NAMES = re.compile(r"(?:^|,)[ \t]*([A-Za-z]{1,16})=")
_QUOTED = re.compile(r'"[^"]*"')
_SIGNATURE = re.compile(r'((?:^|,)[ \t]*signature=)"([A-Za-z0-9+/=]{1,1400})"')
_COVERED = re.compile(r"[!-~]+(?: [!-~]+)*")
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_KNOWN_ALGORITHMS = frozenset({"hs2019", "rsa-sha256", "rsa-sha512", "ed25519"})
# hs2019 hides the algorithm: fediverse servers mean v1.5 with SHA-256 by it, the draft PSS with SHA-512.
_RSA_SCHEMES = {
    "rsa-sha256": (RsaScheme.V15_SHA256,),
    "rsa-sha512": (RsaScheme.V15_SHA512,),
    "hs2019": (RsaScheme.V15_SHA256, RsaScheme.PSS_SHA512, RsaScheme.V15_SHA512),
}
POST_HEADERS = ("(request-target)", "host", "date", "digest", "content-type")
GET_HEADERS = ("(request-target)", "host", "date")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything in a signature header but the signature; senders repeat it, so it is read once."""

    key_id: str
    algorithm: str
    covered: tuple[str, ...]
    created: float | None
    expires: float | None
    read_by_httpsig: Mapping[str, str]
    layout: str
    """What was signed, as httpsig builds it, with `%s` for each value."""


@dataclass(frozen=True, slots=True)
class CavageClaim:
    """A `Signature` (or `Authorization: Signature`) header, read and not yet verified."""

    parameters: Parameters
    signature: bytes

    @property
    def dialect(self) -> Dialect:
        """Always draft-cavage."""
        return Dialect.CAVAGE

    @property
    def key_id(self) -> str:
        """The `keyId` parameter."""
        return self.parameters.key_id

    def covers(self, field: str) -> bool:
        """Whether `headers` names the field."""
        return field in self.parameters.covered

    def check(self, request: SignedRequest, now: float, policy: Policy) -> None:
        """Target, host and a time must be covered, for bodies a digest too. Raises Rejection."""
        covered = self.parameters.covered
        if "(request-target)" not in covered or "host" not in covered:
            raise rejection(Reason.NOT_COVERED, "needs (request-target) and host")
        self._check_times(request, now, policy)
        if request.has_body:
            check_digests(request, covered)

    def _check_times(self, request: SignedRequest, now: float, policy: Policy) -> None:
        covered, made = self.parameters.covered, self.parameters.created
        if "date" in covered:
            check_made(second_of(_field(request, "date")), now, policy)
        elif "(created)" not in covered or made is None:
            raise rejection(Reason.TIME_MISSING, "needs date or (created)")
        if made is not None:
            check_made(int(made), now, policy)
        check_expires(self.parameters.expires, now)

    def holds(self, request: SignedRequest, key: PublicKey, policy: Policy) -> bool:
        """Tries the target as sent and, as some servers sign it, without its query."""
        schemes = _schemes(self.parameters.algorithm, key)
        text = _signed_text(request, self.parameters, request.target)
        for scheme in schemes:
            if is_signed_by(key, self.signature, text, scheme):
                return True
        target, query, _ = request.target.partition("?")
        if not (query and target):
            return False
        text = _signed_text(request, self.parameters, target)
        return any(is_signed_by(key, self.signature, text, scheme) for scheme in schemes)


def cavage_claim(header: str) -> CavageClaim:
    """Reads the value of a signature header. Raises Rejection when it is not well-formed."""
    if len(header) > MAX_SIGNATURE_CHARACTERS:
        raise rejection(Reason.HEADERS_TOO_LARGE, "signature")
    match = _SIGNATURE.search(header)
    if match is None:
        raise rejection(Reason.SIGNATURE_MALFORMED, "no signature parameter")
    constant = f'{header[: match.start()]}{match[1]}"-"{header[match.end() :]}'
    try:
        signature = b64decode(match[2], validate=True)
    except (Base64Error, ValueError) as error:
        raise rejection(Reason.SIGNATURE_MALFORMED, "not base64") from error
    return CavageClaim(_parameters(constant), signature)


@lru_cache(maxsize=2048)
def _parameters(text: str) -> Parameters:
    """The parameters of a header whose signature has been cut out; cached by sender."""
    if _PARAMETERS.fullmatch(text.strip(" \t")) is None:
        raise rejection(Reason.SIGNATURE_MALFORMED, text)
    names = [name.lower() for name in _NAMES.findall(_QUOTED.sub("", text))]
    if len(set(names)) != len(names):
        raise rejection(Reason.DUPLICATE_PARAMETER, " ".join(names))
    from federation.signatures.with_httpsig import parse_signature_header, signing_layout

    read: Mapping[str, str] = parse_signature_header(text)
    algorithm = read.get("algorithm", "hs2019").lower()
    if algorithm not in _KNOWN_ALGORITHMS:
        raise rejection(Reason.ALGORITHM_UNKNOWN, algorithm)
    covered = _covered(read.get("headers", "(created)"))
    if algorithm.startswith("rsa") and not {"(created)", "(expires)"}.isdisjoint(covered):
        # draft-cavage-12, 2.3: an implementation must refuse this; Mastodon does so too.
        raise rejection(Reason.ALGORITHM_MISMATCH, f"(created) with {algorithm}")
    return Parameters(
        key_id=checked_key_id(read.get("keyid")),
        algorithm=algorithm,
        covered=covered,
        created=_seconds(read.get("created")),
        expires=_seconds(read.get("expires")),
        read_by_httpsig=read,
        layout=signing_layout(covered),
    )


def _covered(headers: str) -> tuple[str, ...]:
    names = tuple(headers.lower().split(" "))
    if _COVERED.fullmatch(headers) is None or len(names) > MAX_COVERED:
        raise rejection(Reason.SIGNATURE_MALFORMED, "headers")
    if len(set(names)) != len(names):
        raise rejection(Reason.DUPLICATE_PARAMETER, f"headers {headers}")
    return names


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    if _SECONDS.fullmatch(text) is None:
        raise rejection(Reason.TIME_MALFORMED, text)
    return float(text)


def _field(request: SignedRequest, name: str) -> str:
    value = request.headers.get(name)
    if value is None:
        raise rejection(Reason.HEADER_ABSENT, name)
    return value


def _signed_text(request: SignedRequest, parameters: Parameters, target: str) -> bytes:
    """The bytes that were signed. Raises Rejection: HEADER_ABSENT or REQUEST_MALFORMED."""
    values: list[str] = []
    for name in parameters.covered:
        if name == "(request-target)":
            values += (request.method.lower(), target)
            continue
        is_parameter = name in ("(created)", "(expires)")
        value = _parameter(parameters, name) if is_parameter else _field(request, name)
        if not value.isascii():
            raise rejection(Reason.REQUEST_MALFORMED, name)
        values.append(value)
    if not (request.method.isascii() and target.isascii() and request.method and target):
        raise rejection(Reason.REQUEST_MALFORMED, "request line")
    return (parameters.layout % tuple(values)).encode("ascii")


def _parameter(parameters: Parameters, name: str) -> str:
    """The value of a pseudo-field that httpsig does not know: those of draft 12."""
    value = parameters.read_by_httpsig.get(name.strip("()"))
    if value is None:
        raise rejection(Reason.HEADER_ABSENT, name)
    return value


def _schemes(algorithm: str, key: PublicKey) -> tuple[RsaScheme, ...]:
    if key.kind is KeyKind.ED25519:
        if algorithm.startswith("rsa"):
            raise rejection(Reason.ALGORITHM_MISMATCH, f"{algorithm} with an Ed25519 key")
        return (RsaScheme.V15_SHA256,)  # no choice to make: Ed25519 has one scheme
    schemes = _RSA_SCHEMES.get(algorithm)
    if schemes is None:
        raise rejection(Reason.ALGORITHM_MISMATCH, f"{algorithm} with an RSA key")
    return schemes


def cavage_signature(
    key: SecretKey, method: str, target: str, headers: tuple[str, ...], fields: Mapping[str, str]
) -> str:
    """The value of the `Signature` header over `headers`, taken from `fields` (lower-case names)."""
    signer: Any = key.prepared.get(headers)
    if signer is None:
        from federation.signatures.with_httpsig import Signer

        signer = key.prepared[headers] = Signer(key, headers)
    signed: Mapping[str, str] = signer.sign(fields, method=method, path=target)
    return signed["signature"]
