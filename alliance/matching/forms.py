"""What goes into a matching, and what comes out."""

from dataclasses import dataclass, field
from typing import Literal

HintKind = Literal["slot", "topic", "language", "pair", "avoids", "none"]


@dataclass(frozen=True)
class SignUp:
    """One person who wants to be in a circle.

    `key` is a pseudonym, unique in the question. `topics` and `languages` stand in the order of wish; `slots`
    are numbers of the call's weekly hours; `utc_offset` in minutes. `partner` counts when it is mutual.
    `avoids` are keys, `avoids_companies` names of companies; `met` are keys of people of earlier circles.
    """

    key: str
    company: str
    topics: tuple[str, ...]
    slots: frozenset[int]
    languages: tuple[str, ...]
    utc_offset: int = 0
    partner: str | None = None
    avoids: frozenset[str] = frozenset()
    avoids_companies: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """How large circles are and how many weekly hours all of one must share."""

    smallest: int = 5
    largest: int = 6
    slots_in_common: int = 2

    def __post_init__(self) -> None:
        if not 2 <= self.smallest <= self.largest <= 8 or not 1 <= self.slots_in_common <= 5:
            raise ValueError("no circles of that size")


@dataclass(frozen=True)
class Question:
    """Everybody who signed up, and the rules."""

    people: tuple[SignUp, ...]
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True)
class Formed:
    """A circle: `members` are keys in order; `slots` are all that its people share, best known first.

    `companies` is how many they come from, `wished` how many of them had named the topic first, `met` how
    many pairs of them know each other from earlier circles.
    """

    members: tuple[str, ...]
    topic: str
    language: str
    slots: tuple[int, ...]
    companies: int
    wished: int
    met: int = 0


@dataclass(frozen=True)
class Hint:
    """What somebody without a circle could change, and how many people that would bring together with them.

    `slot`: `what` is the number of an hour; `topic`, `language`: one more of these; `pair`: the two share too
    little; `avoids`: everybody who would fit is kept away; `none`: there is nobody.
    """

    kind: HintKind
    what: str = ""
    people: int = 0


@dataclass(frozen=True)
class Unmatched:
    """Somebody for whom there is no circle, with at most three hints, the most promising first."""

    key: str
    hints: tuple[Hint, ...]


@dataclass(frozen=True)
class Matching:
    """The circles, and who is left. `at_most`: so many people could be placed by any matching whatever.

    `is_best`: no other matching is better (all possible circles were looked at). `is_repeatable`: no clock
    ended the search, so that asking again gives the same.
    """

    circles: tuple[Formed, ...]
    unmatched: tuple[Unmatched, ...]
    at_most: int
    value: int = 0
    is_best: bool = False
    is_repeatable: bool = True

    @property
    def placed(self) -> int:
        """How many people have a circle."""
        return sum(len(circle.members) for circle in self.circles)
