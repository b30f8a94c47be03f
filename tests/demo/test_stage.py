"""The demo's stage: three servers for real, made small, and everything that has to be true at the end."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.command_line.running import ROOT, alliance, environment
from tests.support.companies import free_port
from web.demo.content import COMPANIES, DemoCompany
from web.demo.stage import PASSWORD, on_ports

READY_SECONDS = 170
SESSIONS = 3

SMALL_DEMO = """
import sys
from pathlib import Path
from tests.demo.test_stage import small
from web.demo.progress import Storyteller
from web.demo.stage import on_ports, play
if __name__ == "__main__":
    ports, data, prepared = [int(port) for port in sys.argv[1].split(",")], *map(Path, sys.argv[2:])
    nothing = Path()
    play(
        small(on_ports(ports)),
        data if data != nothing else None,
        Storyteller(),
        prepared if prepared != nothing else None,
    )
"""


def small(companies: tuple[DemoCompany, ...]) -> list[DemoCompany]:
    """The same companies with the first few of their sessions and the people in them."""
    made = [replace(company, sessions=company.sessions[:SESSIONS]) for company in companies]
    needed = {company.sign_in for company in made}
    for company in made:
        for session in company.sessions:
            needed |= {session.host, *session.attendees, *session.waiting}
    return [
        replace(company, people=tuple(person for person in company.people if person.key in needed))
        for company in made
    ]


class Demo:
    """A small demo in a process of its own."""

    def __init__(
        self, folder: Path, ports: list[int], data: Path | None = None, prepared: Path | None = None
    ) -> None:
        self.log = folder / "demo.log"
        script = folder / "demo.py"
        script.write_text(SMALL_DEMO)
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "ignore", str(script), ",".join(map(str, ports))),
                    *(str(path) if path else "" for path in (data, prepared)),
                ],
                cwd=folder,
                env=environment(TMPDIR=str(folder), PYTHONPATH=str(ROOT)),
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> str:
        """What was said until people could sign in."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            said = self.log.read_text()
            if "Ctrl-C ends the demo" in said:
                return said
            try:
                self.process.wait(0.2)
                break
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        """Ends it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.mark.journey
def test_three_companies_ally_see_each_other_and_can_be_resumed(tmp_path: Path) -> None:
    ports, data = [free_port() for _ in COMPANIES], tmp_path / "data"
    first = Demo(tmp_path, ports, data)
    try:
        said = first.wait_until_ready()
        assert "says yes" in said
        assert PASSWORD in said
        for company in on_ports(ports):
            folder = data / company.key
            partners = json.loads(alliance(folder, "partner", "list", "--json").out)
            assert [partner["state"] for partner in partners] == ["allied", "allied"]
            sessions = json.loads(alliance(folder, "session", "list", "--json").out)
            assert {session["company"] for session in sessions} == {other.name for other in COMPANIES}
    finally:
        assert first.stop() == 0

    again = Demo(tmp_path, ports, data)
    try:
        assert "asks" not in again.wait_until_ready()
    finally:
        assert again.stop() == 0
    for company in COMPANIES:
        with closing(sqlite3.connect(data / company.key / "alliance.db")) as database:
            unsettled = "SELECT count(*) FROM delivery WHERE state NOT IN ('delivered', 'waiting')"
            assert database.execute(unsettled).fetchone() == (0,)


@pytest.mark.journey
def test_an_evening_begins_with_what_was_prepared_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    ports, prepared = [free_port() for _ in COMPANIES], tmp_path / "prepared"
    first = Demo(tmp_path, ports, prepared=prepared)
    try:
        assert "asks" in first.wait_until_ready()
        before = _tree(prepared)
    finally:
        assert first.stop() == 0

    again = Demo(tmp_path, ports, prepared=prepared)
    try:
        assert "asks" not in again.wait_until_ready()
        (stage,) = tmp_path.glob("alliance-demo-*")
        for company in COMPANIES:
            partners = json.loads(alliance(stage / company.key, "partner", "list", "--json").out)
            assert [partner["state"] for partner in partners] == ["allied", "allied"]
    finally:
        assert again.stop() == 0
    assert _tree(prepared) == before
    assert list(tmp_path.glob("alliance-demo-*")) == []


def _tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_taken_port_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    ports = [free_port() for _ in range(3)]
    done = alliance(tmp_path, "demo", "--ports", f"1,{ports[0]},{ports[0]}")

    assert (done.code, done.error.count("\n")) == (2, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_not_finished_is_a_sentence(tmp_path: Path) -> None:
    ports = [free_port() for _ in range(3)]
    (tmp_path / "data" / "nordlicht").mkdir(parents=True)

    done = alliance(tmp_path, "demo", "--data", str(tmp_path / "data"), "--ports", ",".join(map(str, ports)))

    assert (done.code, "was not finished" in done.error) == (1, True)
