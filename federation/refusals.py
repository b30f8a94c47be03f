"""Why the inbox says no, apart from signatures: a closed list, each with status and sentence."""

from enum import Enum

from alliance.errors import AllianceError


class InboxReason(Enum):
    """Status, sentence; `word` for counters and logs."""

    TOO_LARGE = 413, "The body is larger than 1 MB."
    TOO_SLOW = 408, "The body took too long to arrive."
    ADDRESS_TOO_BUSY = 429, "Too many requests from this address that can't be accepted."
    DOMAIN_TOO_BUSY = 429, "Too many requests from this server in a minute."
    CONTENT_TYPE = 415, "An inbox takes application/activity+json."
    NO_SUCH_INBOX = 404, "There is no inbox at this address."
    NOT_JSON = 400, "The body is not a JSON object that can be read."
    TOO_COMPLEX = 400, "The body has too many parts."
    NO_ENVELOPE = 400, "An activity needs an id, a type and an actor."
    OTHER_ACTOR = 401, "The key that signed does not belong to the actor of the activity."
    ID_ELSEWHERE = 403, "The id of the activity does not lie on the host of its actor."
    ID_IS_OURS = 403, "The id of the activity lies on this server."
    NOT_ADMITTED = 403, "This server hears its partners only."
    TOO_BUSY = 503, "This server has more to write down than it can at the moment."

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence

    @property
    def word(self) -> str:
        """The reason as one lower-case word."""
        return self.name.lower()

    @property
    def problem_type(self) -> str:
        """The type among those of FEP-c180, or `about:blank` where none says as much."""
        return _PROBLEMS.get(self.name, "about:blank")


_C180 = "https://w3id.org/fep/c180#"
_PROBLEMS = {
    "OTHER_ACTOR": f"{_C180}principal-actor-mismatch",
    "NOT_ADMITTED": f"{_C180}actor-not-authorized",
    "ADDRESS_TOO_BUSY": f"{_C180}rate-limit-exceeded",
    "DOMAIN_TOO_BUSY": f"{_C180}rate-limit-exceeded",
}


class NotAccepted(AllianceError):
    """What arrived is not taken; `retry_after` in seconds when it may be taken later."""

    def __init__(self, reason: InboxReason, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(reason.sentence, detail=detail[:300])
        self.reason = reason
        self.retry_after = retry_after
