"""Writes what the product is made of into build/: sbom.cdx.json (CycloneDX) and licences.md.

    .venv/bin/python -m tools.bill_of_materials [OSV.zip]

Exit code 1 when a licence is not on the list of tools/licences.py. With an export of OSV's database for PyPI
(a ZIP, fetched where there is internet) the packages are held against it: see tools/known_vulnerabilities.py.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.known_vulnerabilities import findings
from tools.licences import Licensed, licences, pinned

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
BUILD = ROOT / "build"


def main(options: list[str]) -> int:
    BUILD.mkdir(exist_ok=True)
    found = sorted(licences(LOCK))
    (BUILD / "licences.md").write_text(table(found), encoding="utf-8")
    made = product_alone(whole_environment(), set(pinned(LOCK)))
    (BUILD / "sbom.cdx.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"  - build/sbom.cdx.json: {len(made['components'])} components; build/licences.md")
    wrong = [
        f"{one.name}: {one.licence or 'says nothing'} is on no list" for one in found if not one.is_allowed
    ]
    if options:
        wrong += findings(Path(options[0]), pinned(LOCK))
        print(f"  - held against {options[0]}")
    else:
        print("  - known vulnerabilities: not asked for (make sbom OSV=export.zip)")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def whole_environment() -> dict[str, Any]:
    """Everything that is installed beside this program, as CycloneDX's own tool describes it."""
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment", "--output-reproducible"]
    form = ["--sv", "1.6", "--of", "JSON", "--pyproject", "pyproject.toml", "-o", "-", sys.executable]
    done = subprocess.run([*command, *form], check=True, capture_output=True, text=True, cwd=ROOT)
    described: dict[str, Any] = json.loads(done.stdout)
    return described


def product_alone(described: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The same without the tools for tests and checks."""
    kept = [one for one in described["components"] if one["name"].lower().replace("_", "-") in names]
    there = {one["bom-ref"] for one in kept} | {described["metadata"]["component"]["bom-ref"]}
    edges = [
        edge
        | (
            {"dependsOn": wanted}
            if (wanted := [on for on in edge.get("dependsOn", ()) if on in there])
            else {}
        )
        for edge in described["dependencies"]
        if edge["ref"] in there
    ]
    return described | {"components": kept, "dependencies": edges}


def table(found: list[Licensed]) -> str:
    """A table for people."""
    lines = (f"| {one.name} | {one.version} | {one.licence} |" for one in found)
    return "\n".join(("# Licences", "", "| package | version | licence |", "|---|---|---|", *lines)) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
