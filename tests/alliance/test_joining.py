"""The state machine of attendance, every state with every verb."""

import pytest

from alliance.errors import Conflict
from alliance.joining import TRANSITIONS, Verb, next_state
from alliance.models import ATTENDANCE_STATES

REFUSED = "refused"
# verb: state before -> (free and room, free and full, host decides and room, host decides and full)
TABLE: dict[Verb, dict[str | None, tuple[str | None, str | None, str | None, str | None]]] = {
    "join": {
        None: ("going", "waiting", "asked", "asked"),
        "left": ("going", "waiting", "asked", "asked"),
        "maybe": ("going", "waiting", "asked", "asked"),
        "asked": ("asked",) * 4,
        "going": ("going",) * 4,
        "waiting": ("waiting",) * 4,
        "declined": (REFUSED,) * 4,
    },
    "maybe": {
        None: ("maybe",) * 4,
        "left": ("maybe",) * 4,
        "maybe": ("maybe",) * 4,
        "asked": ("maybe",) * 4,
        "going": ("maybe",) * 4,
        "waiting": ("maybe",) * 4,
        "declined": (REFUSED,) * 4,
    },
    "leave": {
        None: (None,) * 4,
        "left": ("left",) * 4,
        "maybe": ("left",) * 4,
        "asked": ("left",) * 4,
        "going": ("left",) * 4,
        "waiting": ("left",) * 4,
        "declined": ("declined",) * 4,
    },
    "approve": {
        None: (REFUSED,) * 4,
        "left": (REFUSED,) * 4,
        "maybe": (REFUSED,) * 4,
        "asked": ("going", "waiting", "going", "waiting"),
        "going": ("going",) * 4,
        "waiting": ("waiting",) * 4,
        "declined": ("going", "waiting", "going", "waiting"),
    },
    "decline": {
        None: (REFUSED,) * 4,
        "left": (REFUSED,) * 4,
        "maybe": ("declined",) * 4,
        "asked": ("declined",) * 4,
        "going": ("declined",) * 4,
        "waiting": ("declined",) * 4,
        "declined": ("declined",) * 4,
    },
}


def outcome(verb: Verb, state: str | None, *, restricted: bool, has_room: bool) -> str | None:
    try:
        return next_state(verb, state, restricted=restricted, has_room=has_room)
    except Conflict:
        return REFUSED


@pytest.mark.parametrize("verb", TABLE)
@pytest.mark.parametrize("state", [None, *ATTENDANCE_STATES])
def test_every_state_answers_every_verb_as_the_table_says(verb: Verb, state: str | None) -> None:
    answers = tuple(
        outcome(verb, state, restricted=restricted, has_room=has_room)
        for restricted in (False, True)
        for has_room in (True, False)
    )

    assert answers == TABLE[verb][state]


def test_no_verb_forgets_a_state() -> None:
    assert {verb: set(row) for verb, row in TRANSITIONS.items()} == {
        verb: {None, *ATTENDANCE_STATES} for verb in TABLE
    }
