"""Everything that can go wrong, as one tree; each leaf has a status and a sentence for people.

AllianceError
├── Invalid              422   something a person typed can't be used; names the field
├── NotSignedIn          401
├── Forbidden            403
├── NotFound             404   also for what the viewer may not know about
├── Gone                 410
├── Conflict             409   the world has moved on (no place left, state changed)
├── TooMany              429
├── Unavailable          503   somebody else's server, or ours, can't answer now
└── WrongConfiguration   the start is refused: one sentence, exit code 2
"""

from typing import ClassVar


class AllianceError(Exception):
    """Root of the tree.

    `sentence` is an English msgid with `{name}` placeholders filled from `parameters` after translation;
    `detail` is for the log and never shown to people.
    """

    status: ClassVar[int] = 500
    default_sentence: ClassVar[str] = "Something went wrong on our side. Nothing you typed was lost."

    def __init__(self, sentence: str | None = None, *, detail: str = "", **parameters: object) -> None:
        self.sentence = sentence or self.default_sentence
        self.detail = detail
        self.parameters = parameters
        super().__init__(str(self))

    def __str__(self) -> str:
        return self.sentence.format(**self.parameters) if self.parameters else self.sentence


class Invalid(AllianceError):
    """What a person typed can't be used; `problems` maps a field's name to its error."""

    status = 422
    default_sentence = "Please look at the marked fields."

    def __init__(
        self,
        sentence: str | None = None,
        *,
        field: str | None = None,
        problems: "dict[str, Invalid] | None" = None,
        detail: str = "",
        **parameters: object,
    ) -> None:
        super().__init__(sentence, detail=detail, **parameters)
        self.field = field
        self.problems: dict[str, Invalid] = dict(problems or {})
        if field is not None:
            self.problems.setdefault(field, self)


class NotSignedIn(AllianceError):
    """The page needs an account."""

    status = 401
    default_sentence = "Please sign in first."


class Forbidden(AllianceError):
    """The viewer is known but may not do this."""

    status = 403
    default_sentence = "You may not do that here."


class NotFound(AllianceError):
    """There is nothing here, or nothing this viewer may know about."""

    status = 404
    default_sentence = "There is nothing at this address."


class Gone(AllianceError):
    """Something was here and has been withdrawn."""

    status = 410
    default_sentence = "This has been withdrawn."


class Conflict(AllianceError):
    """The request was right when it was made, but the state has changed."""

    status = 409
    default_sentence = "Somebody was faster. Please look at the page again."


class TooMany(AllianceError):
    """Too many requests; `retry_after` in seconds."""

    status = 429
    default_sentence = "That was a lot at once. Please try again in a moment."

    def __init__(self, sentence: str | None = None, *, retry_after: int = 60, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.retry_after = retry_after


class Unavailable(AllianceError):
    """A server that we need does not answer."""

    status = 503
    default_sentence = "The other server does not answer at the moment. Please try again later."


class WrongConfiguration(AllianceError):
    """A setting, file or database that the program can't start with."""

    default_sentence = "The configuration can't be used."
