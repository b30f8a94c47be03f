"""The named attacks: a class, a sentence, the exact answer, and how it is done; all of them in one table."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import httpx

from tests.hostile.siege import Siege


class Kind(Enum):
    """The classes of attacks, each with what the attacker is after."""

    KEYS = "Key confusion", "to speak with a key that proves somebody else, or nothing"
    IDS = "Id and origin spoofing", "to put words under an address of another server"
    CONTENT = "Content-type confusion", "to have something read as an activity that was never meant as one"
    SSRF = "Server-side requests", "to make us call machines of our own network"
    REDIRECTS = "Redirects", "to lead our requests, or what they prove, somewhere else"
    JSON_LD = "JSON-LD tricks", "to smuggle statements past whoever checks plain JSON"
    REPLAY = "Replay and tampering", "to use a true signature for something else, elsewhere or again"
    PROOFS = "Proof scope", "to have an integrity proof count for more than it covers"
    AMPLIFICATION = "Amplification", "to make one request cost others many"
    OVERSIZE = "Oversize and slow", "to fill memory, time or connections"
    PARSERS = "Parsers", "to break a reader with what nobody would write"
    MARKUP = "Markup", "to run code in the browser of whoever reads it"
    FORGERIES = "Forged activities", "to speak about what belongs to somebody else"
    BLOCKS = "Block bypass and oracles", "to be heard though shut out, or to find out what is hidden"
    WEBFINGER = "WebFinger abuse", "to have one name lead to somebody else"
    BREAKERS = "Breaker poisoning", "to make us believe that another host is down"
    SMUGGLING = "Local smuggling", "to have two programs read one request differently"
    VOTES = "Forged votes and RSVPs", "to take, give or read places of others"
    AUDIENCES = "Audience escalation", "to see what is for allies or colleagues alone"

    def __init__(self, title: str, aim: str) -> None:
        self.title = title
        self.aim = aim


@dataclass(frozen=True)
class Answer:
    """What must come back: statuses in order, and what was counted, at the door or with the activity."""

    statuses: tuple[int, ...]
    counted: tuple[tuple[str, int], ...] = ()
    """Reasons at the door, and how often each."""
    outcomes: tuple[tuple[str, str], ...] = ()
    """State and reason of each activity that was let in, as its row tells them."""

    def __str__(self) -> str:
        statuses = ", ".join(str(status) for status in dict.fromkeys(self.statuses))
        said = [f"`{reason}`" for reason, _ in self.counted]
        said += [f"{state}: {reason}" if reason else state for state, reason in dict.fromkeys(self.outcomes)]
        return f"{statuses} {'; '.join(said)}".strip()


def door(status: int, reason: str, times: int = 1) -> Answer:
    """Turned away at the door, with this status and reason."""
    return Answer((status,) * times, ((reason, times),))


def refused(reason: str, times: int = 1) -> Answer:
    """Let in, and refused when it was processed."""
    return Answer((202,) * times, outcomes=(("refused", reason),) * times)


def ignored(reason: str, times: int = 1) -> Answer:
    """Let in, and passed over when it was processed."""
    return Answer((202,) * times, outcomes=(("ignored", reason),) * times)


def page(*statuses: int) -> Answer:
    """Answered by a page or a document; nothing is counted there."""
    return Answer(statuses)


Told = httpx.Response | int | Iterable[httpx.Response | int]
Blow = Callable[[], Awaitable[Told]]
Prepare = Callable[[Siege], Awaitable[Blow]]


@dataclass(frozen=True)
class Attack:
    """One attack. `prepare` brings about what it needs and returns the blow itself."""

    name: str
    kind: Kind
    sentence: str
    answer: Answer
    prepare: Prepare
    touches: frozenset[str] = frozenset()
    """Tables in which the sender may change what is its own: the attack is in what it says there."""


ATTACKS: dict[str, Attack] = {}


def enlist(
    kind: Kind, name: str, sentence: str, answer: Answer, prepare: Prepare, touches: Iterable[str] = ()
) -> None:
    """Adds an attack; names are unique."""
    assert name not in ATTACKS, name
    ATTACKS[name] = Attack(name, kind, sentence, answer, prepare, frozenset(touches))


def attack(
    kind: Kind, sentence: str, answer: Answer, touches: Iterable[str] = ()
) -> Callable[[Prepare], Prepare]:
    """Adds the function as an attack named like it."""

    def add(prepare: Prepare) -> Prepare:
        name: Any = getattr(prepare, "__name__", "")
        enlist(kind, name.replace("_", " "), sentence, answer, prepare, touches)
        return prepare

    return add
