"""The commands that the README promises are there and explain themselves."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tools import run_tests

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
REPORT = '<testsuites><testsuite tests="12" failures="2" errors="1" skipped="0"/></testsuites>'


def make(*arguments: str) -> str:
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_shows_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert targets is not None

    shown = re.findall(r"^  make ([a-z]+)", make("help"), re.MULTILINE)

    assert sorted(shown) == sorted(targets[1].split())


def test_make_alone_is_help() -> None:
    assert make() == make("help")


def test_the_demo_keeps_its_data_where_it_is_told() -> None:
    said = make("--dry-run", "--assume-old=.venv/installed", "demo", "DATA=/tmp/three companies")

    assert said.splitlines()[-1] == '.venv/bin/alliance demo --data "/tmp/three companies"'


def test_continuous_integration_runs_what_the_readme_says() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")

    assert run_tests.outcome(report) == Counter(passed=9, failed=3)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counter(passed=3), "3 passed, 0 failed"),
        (Counter(passed=3, failed=1, skipped=2), "3 passed, 1 failed, 2 skipped"),
    ],
)
def test_the_closing_line_can_be_read_by_machines(counts: Counter[str], sentence: str) -> None:
    assert run_tests.sentence(counts) == sentence
