"""Digests of a body: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530), always over the raw bytes."""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable

from federation.signatures.rejection import Reason, rejection
from federation.signatures.request import SignedRequest

_ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_MAX_DIGESTS = 8
_DIGEST = re.compile(r"([A-Za-z0-9-]{1,32})=([A-Za-z0-9+/=_.-]{1,200})")
_CONTENT_DIGEST = re.compile(r"([a-z*][a-z0-9_.*-]{0,31})=:([A-Za-z0-9+/=]{1,200}):")
_GRAMMARS = {"digest": _DIGEST, "content-digest": _CONTENT_DIGEST}


def digest_header(body: bytes) -> str:
    """The value of `Digest` for `body`: `SHA-256=...`."""
    return "SHA-256=" + b64encode(hashlib.sha256(body).digest()).decode()


def content_digest_header(body: bytes) -> str:
    """The value of `Content-Digest` for `body`: `sha-256=:...:`."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


def check_digests(request: SignedRequest, covered: Iterable[str]) -> None:
    """Compares every digest field of the request with its body; at least one of them must be in `covered`.

    Raises Rejection: DIGEST_MISSING, NOT_COVERED, DIGEST_MALFORMED or DIGEST_WRONG.
    """
    present = [name for name in _GRAMMARS if name in request.headers]
    if not present:
        raise rejection(Reason.DIGEST_MISSING)
    trusted = [name for name in present if name in covered]
    if not trusted:
        raise rejection(Reason.NOT_COVERED, "digest")
    for name in present:
        known = _check(name, request.headers[name], request.body)
        if not known and name in trusted:
            raise rejection(Reason.DIGEST_MALFORMED, f"{name}: no SHA-256 or SHA-512")


def _check(name: str, value: str, body: bytes) -> bool:
    """Whether the field named an algorithm that we know; a wrong value raises."""
    if name == "digest" and value == digest_header(body):
        return True  # what nearly everybody sends, without any parsing
    seen: set[str] = set()
    items = value.split(",")
    if len(items) > _MAX_DIGESTS:
        raise rejection(Reason.DIGEST_MALFORMED, name)
    for item in items:
        match = _GRAMMARS[name].fullmatch(item.strip(" \t"))
        if match is None or match[1].lower() in seen:
            raise rejection(Reason.DIGEST_MALFORMED, name)
        seen.add(match[1].lower())
        _compare(name, match[1].lower(), match[2], body)
    return not seen.isdisjoint(_ALGORITHMS)


def _compare(name: str, algorithm: str, encoded: str, body: bytes) -> None:
    make = _ALGORITHMS.get(algorithm)
    if make is None:
        return
    try:
        claimed = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise rejection(Reason.DIGEST_MALFORMED, name) from error
    if claimed != make(body).digest():
        raise rejection(Reason.DIGEST_WRONG, name)
