"""`alliance follower` and `alliance move` on a founded company."""

import json
from pathlib import Path

from tests.command_line.running import alliance


def test_followers_are_looked_at_by_hand_or_not(company: Path) -> None:
    by_hand = alliance(company, "follower", "approval", "by-hand")
    again = alliance(company, "follower", "approval", "automatic", "--of", "instance")
    listed = alliance(company, "follower", "list", "--json")
    unknown = alliance(company, "follower", "remove", "4711")

    assert (by_hand.code, by_hand.out) == (0, "New followers wait for a yes.\n")
    assert (again.code, again.out) == (0, "Everybody may follow at once.\n")
    assert json.loads(listed.out) == []
    assert (unknown.code, unknown.out) == (1, "")


def test_an_account_that_has_not_moved_says_so(company: Path) -> None:
    shown = alliance(company, "move", "show")
    for_programs = alliance(company, "move", "show", "--json", "--of", "instance")
    back = alliance(company, "move", "back")
    nobody = alliance(company, "move", "show", "--of", "nobody@nordlicht.example")
    nowhere = alliance(company, "move", "to", "sessions", "--yes")

    assert shown.out == "has not moved\n"
    assert json.loads(for_programs.out)["moved_to"] is None
    assert (back.code, back.error) == (1, "This account has not moved.\n")
    assert nobody.code == nowhere.code == 1
    assert nobody.error.count("\n") == nowhere.error.count("\n") == 1
