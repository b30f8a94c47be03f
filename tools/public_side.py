"""Writes into deploy/dmz/ what has to be open to partners, from the addresses in the code.

    python3 -m tools.public_side [--check]

With --check nothing is written; exit code 1 when a file says something else.
"""

import re
import sys
from pathlib import Path
from typing import get_args

from web.public_side import Kind, one_pattern

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "dmz"
# `{{machines}}` in a comment of a file names what the quoted expression on the next line stands for.
MARK = re.compile(r'(# \{\{(\w+)\}\}\n[^"\n]*")[^"\n]*(")')


def main(options: list[str]) -> int:
    wrong = [path.name for path in sorted(FOLDER.iterdir()) if not put_right(path, "--check" not in options)]
    if wrong and "--check" in options:
        print(
            f"Not what the code says: {', '.join(wrong)}. Run python3 -m tools.public_side", file=sys.stderr
        )
        return 1
    return 0


def put_right(path: Path, write: bool) -> bool:
    """Whether the file said so already."""
    text = path.read_text(encoding="utf-8")
    right = MARK.sub(lambda found: f"{found[1]}{expression(found[2])}{found[3]}", text)
    if write:
        path.write_text(right, encoding="utf-8")
    return right == text


def expression(kind: str) -> str:
    """The expression of one kind, for a quoted string."""
    (known,) = [one for one in get_args(Kind) if one == kind]
    return one_pattern(known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
