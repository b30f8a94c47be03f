"""Signatures of draft-cavage-http-signatures-12: httpsig builds and reads them, OpenSSL does the RSA."""

import re
import warnings
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from federation.signatures.claim import checked_key_id
from federation.signatures.digest import check_digests
from federation.signatures.freshness import check_expires, check_made, second_of
from federation.signatures.material import (
    KeyKind,
    PublicKey,
    RsaScheme,
    SecretKey,
    is_signed_by,
    signature_of,
)
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, rejection
from federation.signatures.request import Dialect, SignedRequest

with warnings.catch_warnings():
    # httpsig 1.3.0 asks pkg_resources for its own version number; setuptools < 81 still has that module.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
    warnings.filterwarnings("ignore", "Deprecated call to `pkg_resources", DeprecationWarning)
    from httpsig.sign import HeaderSigner
    from httpsig.utils import build_signature_template, parse_signature_header
    from httpsig.verify import HeaderVerifier

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
        fields = _signed_fields(request, self.parameters)
        targets = [request.target]
        if "?" in request.target:
            targets.append(request.target.partition("?")[0])
        attempts: Iterator[Any] = (
            _Verifier(self, fields, request.method, target, key, scheme)
            for target in targets
            for scheme in schemes
        )
        return any(attempt.verify() for attempt in attempts)


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
        read_by_httpsig={"headers": " ".join(covered), "signature": "-"} | dict(read),
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


def _signed_fields(request: SignedRequest, parameters: Parameters) -> dict[str, str]:
    """The covered fields alone, pseudo-fields among them as httpsig does not know those of draft 12."""
    fields: dict[str, str] = {}
    for name in parameters.covered:
        if name == "(request-target)":
            continue
        if name in ("(created)", "(expires)"):
            value = parameters.read_by_httpsig.get(name.strip("()"))
            if value is None:
                raise rejection(Reason.HEADER_ABSENT, name)
        else:
            value = _field(request, name)
        if not value.isascii():
            raise rejection(Reason.REQUEST_MALFORMED, name)
        fields[name] = value
    if not (request.method.isascii() and request.target.isascii() and request.method and request.target):
        raise rejection(Reason.REQUEST_MALFORMED, "request line")
    return fields


def _schemes(algorithm: str, key: PublicKey) -> tuple[RsaScheme, ...]:
    if key.kind is KeyKind.ED25519:
        if algorithm.startswith("rsa"):
            raise rejection(Reason.ALGORITHM_MISMATCH, f"{algorithm} with an Ed25519 key")
        return (RsaScheme.V15_SHA256,)  # no choice to make: Ed25519 has one scheme
    schemes = _RSA_SCHEMES.get(algorithm)
    if schemes is None:
        raise rejection(Reason.ALGORITHM_MISMATCH, f"{algorithm} with an RSA key")
    return schemes


class _Verifier(HeaderVerifier):
    """httpsig's verifier over a parse that is cached, with OpenSSL in place of PyCryptodome."""

    def __init__(
        self,
        claim: CavageClaim,
        fields: Mapping[str, str],
        method: str,
        target: str,
        key: PublicKey,
        scheme: RsaScheme,
    ) -> None:
        # Not calling super: it parses the header again and imports the key with PyCryptodome.
        self.auth_dict = claim.parameters.read_by_httpsig
        self.required_headers: list[str] = []
        self.headers: Any = fields
        self.host: str | None = None
        self.method = method
        self.path = target
        self._claimed = claim.signature
        self._key = key
        self._scheme = scheme

    def _verify(self, data: bytes, signature: str) -> bool:
        return is_signed_by(self._key, self._claimed, data, self._scheme)


class _Signer(HeaderSigner):
    """httpsig's signer for one key and one list of headers, with OpenSSL in place of PyCryptodome."""

    def __init__(self, key: SecretKey, headers: tuple[str, ...]) -> None:
        # Not calling super: it imports the PEM with PyCryptodome on every construction.
        if not isinstance(key.material, RSAPrivateKey):
            raise TypeError("draft-cavage signatures are made with RSA keys")
        self._key = key
        self._rsa: Any = True
        self._hash = None
        self.sign_algorithm, self.hash_algorithm = "rsa", "sha256"
        self.headers = headers
        self.sign_header = "Signature"
        # The template goes through the % operator, and a key id may hold a percent sign.
        self.signature_template = build_signature_template(
            key.key_id.replace("%", "%%"), "rsa-sha256", headers, self.sign_header
        )

    def _sign_rsa(self, data: bytes) -> bytes:
        return signature_of(self._key, data)


def cavage_signature(
    key: SecretKey, method: str, target: str, headers: tuple[str, ...], fields: Mapping[str, str]
) -> str:
    """The value of the `Signature` header over `headers`, taken from `fields` (lower-case names)."""
    signer: Any = key.prepared.get(headers)
    if signer is None:
        signer = key.prepared[headers] = _Signer(key, headers)
    signed: Mapping[str, str] = signer.sign(fields, method=method, path=target)
    return signed["signature"]
