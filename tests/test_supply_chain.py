"""What the product is made of is known, may be used, and is built the same twice."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.source import ROOT
from tools.bill_of_materials import product_alone
from tools.known_vulnerabilities import findings, is_affected
from tools.licences import Licensed, licences, pinned


def test_every_package_comes_under_a_licence_that_is_on_the_list() -> None:
    found = list(licences(ROOT / "requirements-otel.lock"))

    assert len(found) > 80
    assert [one for one in found if not one.is_allowed] == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND AGPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_is_judged_by_all_of_its_parts(licence: str, *, is_allowed: bool) -> None:
    assert Licensed("x", "1", licence).is_allowed is is_allowed


def test_the_bill_holds_the_product_without_the_tools_around_it() -> None:
    described = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [{"name": name, "bom-ref": name} for name in ("starlette", "anyio", "pytest")],
        "dependencies": [
            {"ref": "root", "dependsOn": ["starlette", "pytest"]},
            {"ref": "starlette", "dependsOn": ["anyio"]},
            {"ref": "pytest"},
        ],
    }

    made = product_alone(described, set(pinned(ROOT / "requirements.lock")))

    assert [one["name"] for one in made["components"]] == ["starlette", "anyio"]
    assert made["dependencies"] == [
        {"ref": "root", "dependsOn": ["starlette"]},
        {"ref": "starlette", "dependsOn": ["anyio"]},
    ]


def affected(*events: dict[str, str], versions: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "package": {"ecosystem": "PyPI", "name": "Starlette"},
        "versions": list(versions),
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }


@pytest.mark.parametrize(
    ("version", "events", "is_it"),
    [
        ("1.2", [{"introduced": "0"}, {"fixed": "1.3"}], True),
        ("1.3", [{"introduced": "0"}, {"fixed": "1.3"}], False),
        ("1.10", [{"introduced": "1.9"}], True),
        ("2.1", [{"introduced": "0"}, {"fixed": "1.3"}, {"introduced": "2.0"}, {"fixed": "2.2"}], True),
        ("1.5", [{"introduced": "1.0"}, {"last_affected": "1.4"}], False),
    ],
)
def test_a_version_lies_in_a_range_or_not(version: str, events: list[dict[str, str]], *, is_it: bool) -> None:
    assert is_affected(version, affected(*events)) is is_it


def test_a_package_with_a_known_weakness_is_named(tmp_path: Path) -> None:
    records = {
        "OSV-1.json": {"id": "OSV-1", "summary": "It leaks.", "affected": [affected(versions=("1.2",))]},
        "OSV-2.json": {"id": "OSV-2", "withdrawn": "2026-01-01", "affected": [affected(versions=("1.2",))]},
        "OSV-3.json": {"id": "OSV-3", "affected": [{"package": {"ecosystem": "npm", "name": "starlette"}}]},
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as export:
        for name, record in records.items():
            export.writestr(name, json.dumps(record))

    assert findings(tmp_path / "all.zip", {"starlette": "1.2", "anyio": "4"}) == [
        "starlette 1.2: OSV-1 It leaks."
    ]
