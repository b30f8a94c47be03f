"""The one state machine of attendance: who may move from which state to which, and what it costs."""

from typing import Literal

from alliance.errors import Conflict

Verb = Literal["join", "leave", "approve", "decline"]
Target = Literal["enter", "place", "left", "declined", "stay", "refuse"]

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

_REFUSALS: dict[Verb, str] = {
    "join": "The host has decided that you can't take part.",
    "leave": "There is no place to give back.",
    "approve": "This person has not asked for a place, or has taken the question back.",
    "decline": "This person has not asked for a place, or has given it back.",
}


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
        raise Conflict(_REFUSALS[verb], detail=f"{verb} while {state}")
    if target == "place":
        return "going" if has_room else "waiting"
    return state if target == "stay" else target
