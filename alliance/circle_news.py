"""What companies tell each other about learning circles, as values."""

from dataclasses import dataclass
from datetime import date, datetime

MOST_PEOPLE = 8
"""So many are in a circle at most."""
_LARGEST_ID = (1 << 63) - 1


@dataclass(frozen=True)
class Address:
    """How companies name a call, a circle or a place. `own`: its number or token, if it is one of ours."""

    uri: str
    host: str
    own: str = ""

    @property
    def number(self) -> int:
        """The number of a call or circle of ours; 0 for what is none, as a token of digits alone."""
        number = int(self.own) if self.own.isascii() and self.own.isdigit() else 0
        return number if number <= _LARGEST_ID else 0


@dataclass(frozen=True)
class CallNews:
    """A call of an allied company; `slots` are (day, "HH:MM")."""

    call: Address
    version: int
    title: str
    about: str
    guide: tuple[str, str, str]
    """Title, address and licence."""
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    slots: tuple[tuple[int, str], ...]
    timezone: str
    minutes: int
    starts_on: date
    sign_up_until: datetime
    smallest: int
    largest: int
    state: str


@dataclass(frozen=True)
class PlaceNews:
    """A pseudonym that wants a circle; the last four are for the matching alone."""

    place: Address
    call: Address
    version: int
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    slots: tuple[int, ...]
    utc_offset: int
    code: str = ""
    wanted: str = ""
    apart: tuple[str, ...] = ()
    allies: tuple[str, ...] = ()


@dataclass(frozen=True)
class HintsNews:
    """For each pseudonym without a circle (kind, what, people) of what would have helped."""

    call: Address
    hints: tuple[tuple[Address, tuple[tuple[str, str, int], ...]], ...]


@dataclass(frozen=True)
class MeetingNews:
    """One of the twelve, by number from 1; `sequence` as in RFC 5545."""

    number: int
    starts_at: datetime
    ends_at: datetime
    sequence: int
    is_held: bool


@dataclass(frozen=True)
class CircleNews:
    """A circle as the company of its call formed it: who is in it, without anything that they have said."""

    circle: Address
    call: Address
    version: int
    has_ended: bool
    topic: str
    language: str
    slots: tuple[int, ...]
    wished: int
    members: tuple[Address, ...]
    meetings: tuple[MeetingNews, ...]


@dataclass(frozen=True)
class MemberNews:
    """What somebody has answered, and who they are, once that may be known."""

    place: Address
    answer: str
    name: str = ""
    handle: str = ""


@dataclass(frozen=True)
class WordNews:
    """What a company says of its own people in a circle. `link` is None where nothing is said of it."""

    circle: Address
    version: int
    asks: bool
    members: tuple[MemberNews, ...]
    link: str | None = None
    link_at: datetime | None = None


@dataclass(frozen=True)
class MeetingWish:
    """Somebody moves a meeting, or says whether it has taken place."""

    number: int
    starts_at: datetime | None = None
    is_held: bool | None = None
    circle: Address | None = None
    """None as long as it is said at home."""


@dataclass(frozen=True)
class NoteNews:
    """A check-in."""

    uri: str
    circle: Address
    place: Address
    text: str
