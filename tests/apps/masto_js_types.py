"""Every call that masto.js has, read from its types: the library itself takes any name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.apps.masto_js_process import FOLDER

REST = FOLDER / "node_modules" / "masto" / "dist" / "mastodon" / "rest"
_INTERFACE = re.compile(r"^export interface ([\w$]+)[^{\n]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_MEMBER = re.compile(r"^ {4}(?:readonly )?([\w$]+)(?:\([^)]*\))?: (Method<|\{|[\w.$]+)", re.MULTILINE)


def every_call() -> set[str]:
    """`v1.accounts.$select.follow` and so on."""
    return {name for version in ("V1", "V2") for name in _calls(f"{version}Resource", REST, version.lower())}


def _calls(interface: str, folder: Path, name: str) -> Iterator[str]:
    found, members = _resource(interface, folder)
    for member, kind in _MEMBER.findall(members):
        here = f"{name}.{member}"
        if kind in ("Method<", "{"):
            yield here
        else:
            inside, _, plain = kind.rpartition(".")
            yield from _calls(plain, found / inside, here)


def _resource(name: str, folder: Path) -> tuple[Path, str]:
    """Members of an interface, and the folder that it stands in: this one, or one inside."""
    for at in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if name in (known := _interfaces(at)):
            return at, known[name]
    raise LookupError(f"{name} in {folder}")


@cache
def _interfaces(folder: Path) -> dict[str, str]:
    return dict(
        match
        for path in sorted(folder.glob("*.d.ts"))
        for match in _INTERFACE.findall(path.read_text(encoding="utf-8"))
    )
