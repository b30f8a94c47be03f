"""One command moves a company into another database, and another says what an upgrade would do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrations import schema
from tests.command_line.running import alliance
from tests.conftest import RUN
from tests.support.databases import Databases


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty PostgreSQL database."""
    made = Databases("postgresql", run=request.config.stash[RUN], folder=tmp_path)
    yield made.empty()
    made.drop_all()


def test_a_company_moves_from_a_file_to_a_server_and_its_settings_with_it(
    company: Path, elsewhere: str
) -> None:
    moved = alliance(company, "move-database", elsewhere)

    assert (moved.code, moved.error) == (0, "")
    assert "are the same on both sides" in moved.out
    assert f"ALLIANCE_DATABASE={elsewhere}" in (company / "alliance.env").read_text()
    assert "mara@nordlicht.example" in alliance(company, "employee", "list").out
    assert (company / "alliance.db").exists()
    again = alliance(company, "move-database", elsewhere)
    assert (again.code, again.out) == (1, "")


def test_settings_of_the_environment_are_left_to_whoever_made_them(company: Path, elsewhere: str) -> None:
    file = f"sqlite:///{company / 'alliance.db'}"

    moved = alliance(company, "move-database", elsewhere, ALLIANCE_DATABASE=file)

    assert f"Now set ALLIANCE_DATABASE={elsewhere}" in moved.out
    assert "postgresql" not in (company / "alliance.env").read_text()


def test_what_an_upgrade_would_do_is_said_before(company: Path) -> None:
    database = f"sqlite:///{company / 'alliance.db'}"
    assert alliance(company, "migrate", "--check").code == 0
    schema.downgrade(database, "20261129_operations")

    checked = alliance(company, "migrate", "--check")
    rehearsed = alliance(company, "migrate", "--rehearse")

    assert (checked.code, rehearsed.code) == (1, 0)
    assert "3 steps are missing: 20261130_scale, 20261201_given, 20261202_indexes." in checked.out
    assert "All 3 steps went well" in rehearsed.out
    assert alliance(company, "migrate").out == "The database is now at 20261202_indexes.\n"
