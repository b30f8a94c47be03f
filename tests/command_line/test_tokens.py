"""The operator lets a program act for an employee."""

from pathlib import Path

from tests.command_line.running import alliance

MARA = "mara@nordlicht.example"


def test_a_token_is_one_line_and_for_open_accounts_alone(company: Path) -> None:
    alliance(company, "employee", "add", MARA, "--name", "Mara Jensen")

    made = alliance(company, "token", MARA, "--scope", "read write:media")
    unknown = alliance(company, "token", "nobody@nordlicht.example")
    wrong = alliance(company, "token", MARA, "--scope", "everything")

    assert (made.code, len(made.out.strip()), made.error) == (0, 43, "")
    assert (unknown.code, unknown.out) == (1, "")
    assert (wrong.code, wrong.out) == (1, "")
    assert "There is no such scope" in wrong.error
