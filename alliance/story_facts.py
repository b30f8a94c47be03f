"""What has happened to stories and messages, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.facts import Fact

if TYPE_CHECKING:
    from alliance.models import Letter, Message, Person, Story


@dataclass(frozen=True)
class StoryTold(Fact):
    """One of our employees has told a story, or moderators show one again; `mentioned`: our people in it."""

    story: "Story"
    author: "Person"
    mentioned: tuple[int, ...] = ()


@dataclass(frozen=True)
class StoryChanged(Fact):
    """One of our employees found better words."""

    story: "Story"
    author: "Person"
    mentioned: tuple[int, ...] = ()


@dataclass(frozen=True)
class StoryTakenBack(Fact):
    """A story of one of our employees is no longer there: taken back, hidden, or its author was forgotten."""

    story: "Story"


@dataclass(frozen=True)
class StoryReceived(Fact):
    """Somebody at a partner has told a story, changed it or taken it back (see its state)."""

    story: "Story"


@dataclass(frozen=True)
class MessageWritten(Fact):
    """A message lies in the post of one of our employees, written by them or to them."""

    message: "Message"


@dataclass(frozen=True)
class MessageChanged(Fact):
    """A message says something else now, or a question in it was answered."""

    message: "Message"


@dataclass(frozen=True)
class MessageDeleted(Fact):
    """A message was thrown away by whom it belonged to."""

    message_id: int
    person_id: int


@dataclass(frozen=True)
class LetterWritten(Fact):
    """One of our employees has written to another, or to an expert of an allied company."""

    letter: "Letter"


@dataclass(frozen=True)
class LetterReceived(Fact):
    """Somebody of an allied company has written to one of our employees."""

    letter: "Letter"


@dataclass(frozen=True)
class LetterTakenBack(Fact):
    """Whoever wrote a letter has taken it back, here or at their company."""

    letter: "Letter"
