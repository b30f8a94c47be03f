"""Explains a request that the inbox turned away, step by step, without keeping its body or its signature."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from federation.refusals import InboxReason, NotAccepted
from federation.signatures import Claim, Dialect, Reason, Rejection, SignedRequest, peek
from federation.signatures.cavage import CavageClaim
from federation.signatures.digest import content_digest_header, digest_header
from federation.signatures.freshness import second_of
from federation.signatures.rfc9421 import MessageClaim
from federation.uris import host_of

STEPS = (
    "request",
    "rate",
    "type",
    "signature",
    "blocked",
    "coverage",
    "time",
    "digest",
    "key",
    "verify",
    "activity",
    "owner",
    "id",
    "partner",
    "store",
)
"""What the inbox looks at, in this order; the first no ends it."""

STEP_OF: Mapping[Reason | InboxReason, str] = {
    InboxReason.TOO_LARGE: "request",
    InboxReason.TOO_SLOW: "request",
    InboxReason.NO_SUCH_INBOX: "request",
    Reason.HEADERS_TOO_LARGE: "request",
    Reason.DUPLICATE_HEADER: "request",
    Reason.REQUEST_MALFORMED: "request",
    InboxReason.ADDRESS_TOO_BUSY: "rate",
    InboxReason.DOMAIN_TOO_BUSY: "rate",
    InboxReason.CONTENT_TYPE: "type",
    Reason.NO_SIGNATURE: "signature",
    Reason.SIGNATURE_MALFORMED: "signature",
    Reason.DUPLICATE_PARAMETER: "signature",
    Reason.TOO_MANY_SIGNATURES: "signature",
    Reason.KEY_ID_MALFORMED: "signature",
    Reason.ALGORITHM_UNKNOWN: "signature",
    Reason.BLOCKED: "blocked",
    Reason.WRONG_HOST: "coverage",
    Reason.NOT_COVERED: "coverage",
    Reason.HEADER_ABSENT: "coverage",
    Reason.TIME_MISSING: "time",
    Reason.TIME_MALFORMED: "time",
    Reason.TOO_OLD: "time",
    Reason.FROM_FUTURE: "time",
    Reason.EXPIRED: "time",
    Reason.DIGEST_MISSING: "digest",
    Reason.DIGEST_MALFORMED: "digest",
    Reason.DIGEST_WRONG: "digest",
    Reason.KEY_NOT_FOUND: "key",
    Reason.KEY_GONE: "key",
    Reason.KEY_REFUSED: "key",
    Reason.KEY_OWNER: "key",
    Reason.ALGORITHM_MISMATCH: "verify",
    Reason.SIGNATURE_WRONG: "verify",
    InboxReason.NOT_JSON: "activity",
    InboxReason.TOO_COMPLEX: "activity",
    InboxReason.NO_ENVELOPE: "activity",
    InboxReason.OTHER_ACTOR: "owner",
    InboxReason.ID_ELSEWHERE: "id",
    InboxReason.ID_IS_OURS: "id",
    InboxReason.NOT_ADMITTED: "partner",
    InboxReason.TOO_BUSY: "store",
}
# The detail of these names the address of whoever asked, which is nobody's business later.
_DETAIL_IS_ADDRESS = frozenset({InboxReason.ADDRESS_TOO_BUSY})
_MOST_CHARACTERS = 300
_MOST_FIELDS = 32


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was looked at and why it ended; texts are what the sender claims, cut and printable."""

    reason: str
    step: str
    """The first of STEPS that failed."""
    detail: str
    received_at: datetime
    method: str = ""
    path: str = ""
    dialect: str = ""
    """A value of Dialect; empty without a signature."""
    host: str = ""
    key_id: str = ""
    algorithm: str = ""
    covered: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    signed_at: datetime | None = None
    digest_given: str = ""
    digest_computed: str = ""

    @property
    def skew(self) -> timedelta | None:
        """How far their clock was ahead of ours; negative when the signature was made before it arrived."""
        return self.signed_at - self.received_at if self.signed_at else None

    @property
    def missing(self) -> tuple[str, ...]:
        """What should have been covered and was not."""
        return tuple(field for field in self.required if field not in self.covered)

    def steps(self) -> list[tuple[str, str]]:
        """Each of STEPS with `passed`, `failed` or `open`."""
        failed = STEPS.index(self.step)
        return [
            (step, "passed" if place < failed else "failed" if place == failed else "open")
            for place, step in enumerate(STEPS)
        ]

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        values = asdict(self)
        values["received_at"] = self.received_at.isoformat()
        values["signed_at"] = self.signed_at.isoformat() if self.signed_at else None
        return values

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From that JSON."""
        values = dict(stored)
        values["received_at"] = datetime.fromisoformat(values["received_at"])
        if values["signed_at"]:
            values["signed_at"] = datetime.fromisoformat(values["signed_at"])
        for name in ("covered", "required"):
            values[name] = tuple(values[name])
        return cls(**values)


def explain(refusal: Rejection | NotAccepted, request: SignedRequest | None, now: datetime) -> Explanation:
    """Looks at a request again that was refused at `now`; None for one that was not read to its end."""
    reason = refusal.reason
    told = Explanation(
        reason=reason.word,
        step=STEP_OF.get(reason, "partner"),
        detail="" if reason in _DETAIL_IS_ADDRESS else _shown(refusal.detail),
        received_at=now,
    )
    if request is None:
        return told
    told = replace(told, method=_shown(request.method, 10), path=_shown(request.target.partition("?")[0]))
    claim = claim_of(request)
    if claim is None:
        return replace(told, dialect=_dialect_of(request))
    return _with_claim(told, claim, request)


def claim_of(request: SignedRequest) -> Claim | None:
    """The first signature of a request, if it can be read."""
    try:
        return peek(request)[0]
    except Rejection:
        return None


def _dialect_of(request: SignedRequest) -> str:
    if "signature-input" in request.headers:
        return Dialect.RFC9421.value
    has_one = "signature" in request.headers or "authorization" in request.headers
    return Dialect.CAVAGE.value if has_one else ""


def _with_claim(told: Explanation, claim: Claim, request: SignedRequest) -> Explanation:
    covered, algorithm = _covered(claim)
    header, computed = "digest", digest_header
    if claim.dialect is Dialect.RFC9421:
        header, computed = "content-digest", content_digest_header
    return replace(
        told,
        dialect=claim.dialect.value,
        host=host_of(claim.key_id)[:260],
        key_id=_shown(claim.key_id),
        algorithm=_shown(algorithm, 40),
        covered=tuple(_shown(name, 60) for name in covered[:_MOST_FIELDS]),
        required=_required(claim, request, frozenset(covered)),
        signed_at=_signed_at(claim, request),
        digest_given=_shown(request.headers.get(header, ""), 120),
        digest_computed=computed(request.body) if request.has_body else "",
    )


def _covered(claim: Claim) -> tuple[tuple[str, ...], str]:
    """What a signature says it covers, and the algorithm it names."""
    if isinstance(claim, CavageClaim):
        return claim.parameters.covered, claim.parameters.algorithm
    if isinstance(claim, MessageClaim):
        return tuple(sorted(claim.covered)), claim.algorithm or ""
    return (), ""


def _required(claim: Claim, request: SignedRequest, covered: frozenset[str]) -> tuple[str, ...]:
    """What the dialect has to cover; of two ways to cover the same the one that was taken."""
    if claim.dialect is Dialect.CAVAGE:
        time = "(created)" if "(created)" in covered and "date" not in covered else "date"
        return ("(request-target)", "host", time, *(("digest",) if request.has_body else ()))
    parts = ("@authority", "@path", *(("@query",) if "?" in request.target else ()))
    target = parts if covered.issuperset(parts) else ("@target-uri",)
    return ("@method", *target, *(("content-digest",) if request.has_body else ()))


def _signed_at(claim: Claim, request: SignedRequest) -> datetime | None:
    try:
        second = _signed_second(claim, request)
        return None if second is None else datetime.fromtimestamp(second, UTC)
    except (Rejection, ValueError, OverflowError, OSError):
        return None


def _signed_second(claim: Claim, request: SignedRequest) -> float | None:
    if isinstance(claim, MessageClaim):
        return claim.created
    if isinstance(claim, CavageClaim):
        if "date" in claim.parameters.covered and "date" in request.headers:
            return second_of(request.headers["date"])
        return claim.parameters.created
    return None


def _shown(text: str, most: int = _MOST_CHARACTERS) -> str:
    """Printable, and no longer than `most`: this goes into a database and onto a page."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:most])
