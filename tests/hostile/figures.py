"""The part of docs/hostile.md that a run of `make fuzz` writes."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "hostile.md"
BEGIN, END = "<!-- figures: written by make fuzz -->", "<!-- end of figures -->"


def figures() -> str:
    """What the last run wrote, between the marks."""
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    return text.partition(BEGIN)[2].partition(END)[0].strip("\n")


def write_figures(command: str, lines: Iterable[str]) -> None:
    """Puts these lines there, with the command that made them and when it ran."""
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else f"{BEGIN}\n{END}\n"
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    day, python = datetime.now(UTC).date(), platform.python_version()
    shown = "\n".join(f"- {line}" for line in lines)
    DOCUMENT.write_text(
        f"{head}{BEGIN}\n`{command}`, {day}, Python {python}, two cores:\n\n{shown}\n{END}{tail}",
        encoding="utf-8",
    )
