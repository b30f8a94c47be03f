"""The table in docs/interoperability.md names every reader and every peer that there is, and no other."""

import re

from tests.support.source import ROOT

TABLE = (ROOT / "docs" / "interoperability.md").read_text(encoding="utf-8")


def test_every_test_with_foreign_software_is_named_and_there() -> None:
    named = set(re.findall(r"`(tests/(?:others|peers)/test_\w+\.py)`", TABLE))

    folders = (ROOT / "tests" / "others", ROOT / "tests" / "peers")
    there = {str(path.relative_to(ROOT)) for folder in folders for path in folder.glob("test_*.py")}
    assert named == there - {"tests/others/test_table.py"}


def test_versions_are_those_that_are_installed() -> None:
    fedify = (ROOT / "tests" / "peers" / "fedify" / "package.json").read_text(encoding="utf-8")
    bovine = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    for name, version in re.findall(r"\[(\w+)\]\([^)]+\) (\d+\.\d+\.\d+)", TABLE):
        assert f'"@fedify/{name.lower()}": "{version}"' in fedify or f"{name}=={version}" in bovine
