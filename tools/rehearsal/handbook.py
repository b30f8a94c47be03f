"""The commands of the handbook, in the order in which its pages give them."""

import re
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "operator"


def commands_under(page: str, heading: str) -> list[str]:
    """Every command of the `sh` blocks under a heading. Raises LookupError where there is none."""
    blocks = blocks_under((PAGES / page).read_text("utf-8"), heading)
    found = [command for block in blocks for command in commands(block)]
    if not found:
        raise LookupError(f"{page} has nothing to type under “{heading}”")
    return found


def blocks_under(text: str, heading: str) -> Iterator[list[str]]:
    """The lines of each `sh` block between a heading and the next one, also inside of lists."""
    is_below, is_typed, indent = False, False, 0
    block: list[str] | None = None
    for line in text.splitlines():
        fence = re.fullmatch(r"( *)```(\w*)", line)
        if block is None:
            if fence:
                block, indent, is_typed = [], len(fence[1]), fence[2] == "sh"
            elif line.startswith("#"):
                is_below = line.lstrip("# ") == heading
        elif fence:
            if is_below and is_typed:
                yield block
            block = None
        else:
            block.append(line[indent:])


def commands(lines: list[str]) -> list[str]:
    """One by one; what goes on in the next line, or is read from the lines below (`<<`), belongs together."""
    found: list[str] = []
    end: str | None = None
    for line in lines:
        if end is not None or (found and found[-1].endswith("\\")):
            found[-1] += "\n" + line
        elif line.strip() and not line.startswith("#"):
            found.append(line)
        if end is None and (here := re.search(r"<<'?(\w+)'?", line)):
            end = here[1]
        elif line == end:
            end = None
    return found
