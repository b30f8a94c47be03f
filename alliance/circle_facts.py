"""What has happened to learning circles, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.circle_news import MeetingWish
from alliance.facts import Fact

if TYPE_CHECKING:
    from alliance.models import Circle, CircleCall, CircleNote


@dataclass(frozen=True)
class CallChanged(Fact):
    """A call of ours for allies was made, published or taken back (see its state)."""

    call: "CircleCall"


@dataclass(frozen=True)
class PlacesChanged(Fact):
    """Some of our people have signed up for an ally's call, or changed what they said."""

    call: "CircleCall"


@dataclass(frozen=True)
class PlaceForgotten(Fact):
    """A place of ours is gone; these companies knew of it."""

    token: str
    companies: tuple[int, ...]


@dataclass(frozen=True)
class WithoutCircle(Fact):
    """The circles of a call of ours were published: who has none, by number of their place."""

    call: "CircleCall"
    places: tuple[int, ...]


@dataclass(frozen=True)
class CircleChanged(Fact):
    """Who is in a circle has changed, when it meets, or that it has ended; told for those that we formed."""

    circle: "Circle"


@dataclass(frozen=True)
class CircleSaid(Fact):
    """Our people in a circle have answered, or set its link; or `only` one company wants to know.

    With `asks` there are new people in it, of whom their companies may have spoken already.
    """

    circle: "Circle"
    asks: bool = False
    only: int | None = None


@dataclass(frozen=True)
class MeetingWished(Fact):
    """One of our people moved a meeting of a circle that an ally formed, or said that it took place."""

    circle: "Circle"
    wish: MeetingWish


@dataclass(frozen=True)
class NoteSaid(Fact):
    """One of our people said something to their circle."""

    note: "CircleNote"


@dataclass(frozen=True)
class NoteTakenBack(Fact):
    """They took it back; what it was is passed on because the row is gone."""

    note_id: int
    companies: tuple[int, ...]
