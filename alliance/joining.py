"""The one state machine of attendance: who may move from which state to which, and what it costs."""

from dataclasses import dataclass
from typing import Literal

from alliance.errors import Conflict

Verb = Literal["join", "maybe", "leave", "approve", "decline"]
Target = Literal["enter", "place", "maybe", "left", "declined", "stay", "refuse"]

# `enter`: a place, or a question to the host where the host decides. `place`: going, or waiting when full.
TRANSITIONS: dict[Verb, dict[str | None, Target]] = {
    "join": {
        None: "enter",
        "left": "enter",
        "maybe": "enter",
        "asked": "stay",
        "going": "stay",
        "waiting": "stay",
        "declined": "refuse",
    },
    "maybe": {
        None: "maybe",
        "left": "maybe",
        "maybe": "stay",
        "asked": "maybe",
        "going": "maybe",
        "waiting": "maybe",
        "declined": "refuse",
    },
    "leave": {
        None: "stay",
        "left": "stay",
        "declined": "stay",
        "maybe": "left",
        "asked": "left",
        "going": "left",
        "waiting": "left",
    },
    "approve": {
        None: "refuse",
        "left": "refuse",
        "maybe": "refuse",
        "asked": "place",
        "declined": "place",
        "going": "stay",
        "waiting": "stay",
    },
    "decline": {
        None: "refuse",
        "left": "refuse",
        "maybe": "declined",
        "asked": "declined",
        "going": "declined",
        "waiting": "declined",
        "declined": "stay",
    },
}

Why = Literal["declined", "host", "cancelled", "postponed", "over", "external", "none"]


class NoPlace(Conflict):
    """Nobody, or not this person, can have a place; `why` in a word, for who says it in other words."""

    def __init__(self, sentence: str, *, why: Why, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.why = why


_REFUSALS: dict[Verb, str] = {
    "join": "The host has decided that you can't take part.",
    "maybe": "The host has decided that you can't take part.",
    "leave": "There is no place to give back.",
    "approve": "This person has not asked for a place, or has taken the question back.",
    "decline": "This person has not asked for a place, or has given it back.",
}


@dataclass(frozen=True)
class Voice:
    """How somebody from elsewhere speaks, and so how they are answered (see `Attendance`)."""

    dialect: str = "join"
    language: str = ""


@dataclass(frozen=True)
class Step:
    """What comes of a verb: the state, how many places it takes (-1, 0, 1), the same for the waiting list,
    and whether the person has to be told where they stand now."""

    state: str | None
    going: int
    waiting: int
    told: bool


def step(verb: Verb, state: str | None, *, restricted: bool, has_room: bool, is_new: bool) -> Step:
    """One step of one person in one of our own sessions; pure, and all that is decided about it.

    `is_new`: said with a message that was not answered yet. Raises Conflict where it makes no sense.
    """
    after = next_state(verb, state, restricted=restricted, has_room=has_room)
    going, waiting = counted(state, after)
    return Step(after, going, waiting, told=after != state or is_new)


def counted(former: str | None, state: str | None) -> tuple[int, int]:
    """By how much the number of people going, and of those waiting, changes."""
    return (state == "going") - (former == "going"), (state == "waiting") - (former == "waiting")


def moving_up(capacity: int | None, going: int, waiting: int) -> int:
    """How many from the head of the waiting list get a place now."""
    return waiting if capacity is None else max(0, min(waiting, capacity - going))


def next_state(verb: Verb, state: str | None, *, restricted: bool, has_room: bool) -> str | None:
    """The state after `verb` in one of our own sessions; None means that there still is no attendance.

    `restricted`: the host decides. `has_room`: a place is free. Raises Conflict where it makes no sense.
    """
    target = TRANSITIONS[verb][state]
    if target == "enter":
        target = "place"
        if restricted:
            return "asked"
    if target == "refuse":
        raise NoPlace(_REFUSALS[verb], why="declined", detail=f"{verb} while {state}")
    if target == "place":
        return "going" if has_room else "waiting"
    return state if target == "stay" else target
