"""Every reason for which a signed request is turned away."""

from enum import Enum
from typing import ClassVar

from alliance.errors import AllianceError


class Reason(Enum):
    """A closed list; each reason has its HTTP status and a sentence, and a `word` for counters and logs."""

    HEADERS_TOO_LARGE = 400, "The request has too many or too long header fields."
    DUPLICATE_HEADER = 400, "A header field that must occur once occurs several times."
    REQUEST_MALFORMED = 400, "The request line or a header field is not well-formed."
    NO_SIGNATURE = 401, "The request is not signed."
    SIGNATURE_MALFORMED = 400, "The signature header is not well-formed."
    DUPLICATE_PARAMETER = 400, "A parameter of the signature occurs several times."
    TOO_MANY_SIGNATURES = 400, "The request carries too many signatures."
    KEY_ID_MALFORMED = 400, "The key id is not an https address."
    ALGORITHM_UNKNOWN = 401, "The signature algorithm is not supported."
    ALGORITHM_MISMATCH = 401, "The signature algorithm does not fit the key."
    NOT_COVERED = 401, "The signature leaves out a part of the request that it must cover."
    HEADER_ABSENT = 400, "The signature covers a header field that the request does not have."
    WRONG_HOST = 401, "The request was signed for another host."
    TIME_MISSING = 401, "The signature does not say when it was made."
    TIME_MALFORMED = 400, "The time of the signature can't be read."
    TOO_OLD = 401, "The signature is too old."
    FROM_FUTURE = 401, "The signature was made in the future; please check the clock."
    EXPIRED = 401, "The signature has expired."
    DIGEST_MISSING = 401, "The request has no digest of its body."
    DIGEST_MALFORMED = 400, "The digest of the body can't be read."
    DIGEST_WRONG = 401, "The digest does not belong to the body."
    KEY_NOT_FOUND = 401, "The key can't be fetched."
    KEY_GONE = 401, "The owner of the key no longer exists."
    KEY_REFUSED = 401, "The key is of a kind or a size that is not accepted."
    KEY_OWNER = 401, "The key and the actor that it claims do not name each other."
    SIGNATURE_WRONG = 401, "The signature does not verify."
    BLOCKED = 403, "This server does not accept anything from there."

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence

    @property
    def word(self) -> str:
        """The reason as one lower-case word for metrics, logs and columns."""
        return self.name.lower()


class Rejection(AllianceError):
    """A signed request that is not accepted; `reason` says why, `detail` more precisely for the log."""

    status: ClassVar[int] = 401

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.sentence, detail=detail)
        self.reason = reason


class MalformedRequest(Rejection):
    """The request itself is broken: 400."""

    status = 400


class Unverified(Rejection):
    """It is not proved who sent the request: 401."""

    status = 401


class Refused(Rejection):
    """The sender is known and not welcome: 403."""

    status = 403


_LEAVES: dict[int, type[Rejection]] = {leaf.status: leaf for leaf in (MalformedRequest, Unverified, Refused)}


def rejection(reason: Reason, detail: str = "") -> Rejection:
    """The error to raise for `reason`, of the class that carries its status."""
    return _LEAVES[reason.status](reason, detail[:300])
