"""What has happened to requests, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.facts import Fact

if TYPE_CHECKING:
    from alliance.models import Session, Wish


@dataclass(frozen=True)
class WishMade(Fact):
    """One of our employees asks for something or offers it, or moderators show a request again."""

    wish: "Wish"


@dataclass(frozen=True)
class WishChanged(Fact):
    """One of our employees found better words, has what they wanted, or still wants it after all."""

    wish: "Wish"


@dataclass(frozen=True)
class WishTakenBack(Fact):
    """A request of one of our employees is no longer there: taken back, hidden, or its author forgotten."""

    wish: "Wish"


@dataclass(frozen=True)
class WishReceived(Fact):
    """Somebody at a partner asks for something, has changed it or taken it back (see its state)."""

    wish: "Wish"


@dataclass(frozen=True)
class WishAnswered(Fact):
    """A session answers a request; `session` is known here and may be seen."""

    wish: "Wish"
    session: "Session"
