"""Prints the targets of a Makefile: `target: ... ## what it does`, under headings `##@ Heading`."""

import re
import sys
from pathlib import Path

TARGET = re.compile(r"^(?P<name>[a-z-]+):[^#]*## (?P<does>.+)$")
BOLD, DIM, ACCENT, PLAIN = ("\033[1m", "\033[2m", "\033[36m", "\033[0m") if sys.stdout.isatty() else [""] * 4


def main(makefile: Path) -> None:
    print(f"\n{BOLD}Alliance{PLAIN} {DIM}- companies open their learning sessions to each other{PLAIN}")
    for line in makefile.read_text(encoding="utf-8").splitlines():
        if line.startswith("##@ "):
            print(f"\n{DIM}{line[4:]}{PLAIN}")
        elif target := TARGET.match(line):
            print(f"  {ACCENT}make {target['name']:<14}{PLAIN}{target['does']}")
    print()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
