"""Under which licences the packages of a lock file come, and whether a company may use them so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("PSF-2.0", "Unlicense", "Zlib"),
        # These ask something of whoever changes the package itself; here they are used as they come.
        *("LGPL-3.0-only", "MPL-2.0"),
    }
)
# What packages wrote before there were expressions (PEP 639), as SPDX writes it.
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "CC0-1.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
# Said in a file of the package alone; read there.
_READ = {"based58": "MIT", "imapclient": "BSD-3-Clause"}
_PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Licensed:
    """A package with the expression of its licence (SPDX)."""

    name: str
    version: str
    licence: str

    @property
    def is_allowed(self) -> bool:
        """All that is joined by AND counts, of what is joined by OR one suffices."""
        parts = self.licence.replace("(", "").replace(")", "").split(" AND ")
        return all(any(word.strip() in ALLOWED for word in part.split(" OR ")) for part in parts)


def pinned(lock: Path) -> dict[str, str]:
    """Names and versions in a lock file."""
    return dict(_PIN.findall(lock.read_text(encoding="utf-8")))


def licences(lock: Path) -> Iterator[Licensed]:
    """Every package of the lock that is for this machine: some are for others alone."""
    for name in pinned(lock):
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        yield Licensed(name, about["Version"], _READ.get(name) or expression(about))


def expression(about: PackageMetadata) -> str:
    """What the package says, best said first; empty when it says nothing that is understood."""
    told: dict[str, Any] = {key: about[key] for key in about}
    if said := told.get("License-Expression"):
        return str(said)
    classified = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if "License ::" in line
    ]
    # Several classifiers mean that one may choose.
    known = " OR ".join(_SPDX.get(one, one) for one in classified)
    written = str(told.get("License", "")).strip().partition("\n")[0]
    return known or _SPDX.get(written, written)
