"""`alliance approval-pack` writes what is approved, and says what changed since."""

import json
from pathlib import Path

from tests.command_line.running import alliance


def test_the_pack_is_written_and_compared_with_an_older_one(company: Path) -> None:
    first = alliance(company, "approval-pack", "one", "--lang", "de", "--pdf")
    second = alliance(
        company, "approval-pack", "two", "--compare", "one/configuration.json", ALLIANCE_RETENTION="mails=7"
    )

    assert (first.code, second.code) == (0, 0), first.error + second.error
    assert (company / "one" / "approval-pack.pdf").read_bytes().startswith(b"%PDF")
    assert "Betriebsvereinbarung (Muster)" in (company / "one" / "approval-pack.html").read_text("utf-8")
    assert json.loads((company / "two" / "changes.json").read_text("utf-8")) == [
        ["retention / mails", "30", "7"]
    ]
    assert second.last_line == "retention / mails: 30 -> 7"


def test_a_folder_with_something_in_it_and_a_file_that_is_no_configuration_are_refused(company: Path) -> None:
    (company / "full").mkdir()
    (company / "full" / "x.json").write_text("{}")

    assert alliance(company, "approval-pack", "full").code == 1
    assert alliance(company, "approval-pack", "three", "--compare", "full/x.json").code == 1
    assert not (company / "three").exists()
