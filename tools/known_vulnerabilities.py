"""Holds packages against an export of OSV's database (osv.dev, "PyPI/all.zip"), without asking anybody.

A record of the OSV schema names versions, or ranges of them between `introduced` and `fixed`.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def findings(export: Path, packages: Mapping[str, str]) -> list[str]:
    """One line for each known weakness of one of these versions."""
    return sorted({line for record in _records(export) for line in _about(record, packages)})


def _records(export: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(export) as packed:
        for name in packed.namelist():
            if name.endswith(".json"):
                yield json.loads(packed.read(name))


def _about(record: Mapping[str, Any], packages: Mapping[str, str]) -> Iterator[str]:
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        package = affected.get("package", {})
        name = canonicalize_name(str(package.get("name", "")))
        version = packages.get(name)
        if package.get("ecosystem") == "PyPI" and version and is_affected(version, affected):
            yield f"{name} {version}: {record['id']} {record.get('summary', '')}".rstrip()


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Whether a version is listed, or lies in a range."""
    if version in affected.get("versions", ()):
        return True
    ranges = (one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM")
    return any(_is_within(Version(version), one.get("events", ())) for one in ranges)


def _is_within(version: Version, events: Any) -> bool:
    """Events in their order: each `introduced` opens, each `fixed` closes, `last_affected` after it."""
    inside = False
    for event in events:
        for what, said in event.items():
            try:
                point = Version("0" if said == "0" else said)
            except InvalidVersion:
                continue
            if what == "introduced" and version >= point:
                inside = True
            elif (what == "fixed" and version >= point) or (what == "last_affected" and version > point):
                inside = False
    return inside
