"""What an answer to a delivery means: done, for good, later, or trouble of the whole host. Pure."""

from dataclasses import dataclass
from enum import Enum

from federation import failures
from federation.client import Answer

# Where the host itself is in trouble; every other 4xx is about this one activity.
_LATER = frozenset({408, 421, 425})
_SAY_SIGNATURE = b"signature"
_LOOK_INTO = 2000


class Meaning(Enum):
    """What to do about a delivery."""

    DELIVERED = "delivered"
    FOR_GOOD = "for good"
    """They will never take it."""
    GONE = "gone"
    """Nobody reads that inbox any more."""
    UNPROVED = "unproved"
    """They could not verify who sent it; perhaps they could not fetch our key just now."""
    LATER = "later"
    """This activity at another time, others may go through."""
    HOST = "host"
    """The host is in trouble: down, overloaded, or it wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one attempt, with what is shown to admins: `status` is None when nobody answered."""

    meaning: Meaning
    status: int | None = None
    error: str = ""
    retry_after: str | None = None


def of_answer(answer: Answer) -> Verdict:
    """What an HTTP answer to a POST means."""
    status = answer.status
    if 200 <= status < 300:
        return Verdict(Meaning.DELIVERED, status)
    error = _said(answer)
    if status == 429 or status >= 500:
        return Verdict(Meaning.HOST, status, error, answer.headers.get("Retry-After"))
    if status in (404, 410):
        return Verdict(Meaning.GONE if status == 410 else Meaning.FOR_GOOD, status, error)
    if status == 401 or (status == 403 and _is_about_signature(answer)):
        return Verdict(Meaning.UNPROVED, status, error)
    if status in _LATER:
        return Verdict(Meaning.LATER, status, error)
    return Verdict(Meaning.FOR_GOOD, status, error)


def of_failure(failure: failures.FetchFailed) -> Verdict:
    """What it means that there was no answer."""
    error = f"{type(failure).__name__}: {failure.detail}"[:300]
    if failure.is_permanent:
        return Verdict(Meaning.FOR_GOOD, None, error)
    return Verdict(Meaning.HOST, None, error)


def wants_other_dialect(answer: Answer) -> bool:
    """Whether the same request, signed in the other way, may be taken (double knock)."""
    return answer.status in (400, 401) or (answer.status == 403 and _is_about_signature(answer))


def _is_about_signature(answer: Answer) -> bool:
    return _SAY_SIGNATURE in answer.body[:_LOOK_INTO].lower()


def _said(answer: Answer) -> str:
    """The beginning of what they said, on one line, without control characters."""
    text = answer.body[:_LOOK_INTO].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:300]
