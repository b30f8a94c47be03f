"""What it takes to handle an activity, and what can come of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from alliance.errors import AllianceError
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.vocabulary.values import Json

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True, slots=True)
class Incoming:
    """An activity that passed the door: `actor_uri` is proved to have sent it, `host` is that actor's.

    `id` is the number under which it was received.
    """

    activity: Json
    actor_uri: str
    id: int
    host: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an activity; `reason` is a short phrase for the column and the admin's page."""

    state: Literal["processed", "ignored", "refused"]
    reason: str = ""


PROCESSED = Outcome("processed")


def ignored(reason: str) -> Outcome:
    """Nothing to do, and nobody is to blame."""
    return Outcome("ignored", reason)


def refused(reason: str) -> Outcome:
    """The sender may not do this."""
    return Outcome("refused", reason)


class Refused(AllianceError):
    """The sender may not do this; raised by `authorise`."""

    status: ClassVar[int] = 403
    default_sentence = "The sender may not do this."

    def __init__(self, reason: str) -> None:
        super().__init__(None, detail=reason)
        self.reason = reason

    @property
    def outcome(self) -> Outcome:
        """The same as an outcome."""
        return refused(self.reason)


class Handling(Protocol):
    """How one type of activity is handled; a module of this package with these three functions."""

    async def prepare(self, incoming: Incoming, federation: "Federation", budget: Budget) -> Any:
        """Reads the activity and asks the network what has to be known; no transaction is open.

        Raises Malformed or Refused for good, FetchFailed when it is worth another try later (unless the
        failure says that it is permanent).
        """
        ...

    def authorise(self, incoming: Incoming, prepared: Any) -> None:
        """Compares who says it with what it is about, and nothing else. Raises Refused."""
        ...

    async def receive(
        self, uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Any
    ) -> Outcome:
        """Applies it, in the one transaction that also records the outcome."""
        ...
