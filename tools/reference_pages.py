"""Writes the pages of the handbook that list every command and every setting, from the program itself.

    .venv/bin/python -m tools.reference_pages

A test compares them with what would be written.
"""

import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from typer.main import get_command

from alliance.settings import Settings
from web.command_line.rooms import COMMANDS, alliance

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "operator"
_HEAD_OF_COMMANDS = (
    "Written by `python -m tools.reference_pages` from the program; do not edit. "
    "`alliance COMMAND --help` says the same on your machine.\n"
    "Exit codes: 0, 1 when it could not be done, 2 for wrong use or configuration; "
    "what went wrong is one sentence on standard error."
)
_HEAD_OF_SETTINGS = (
    "Written by `python -m tools.reference_pages` from the program; do not edit.\n"
    "Settings come from the environment and from the file that `ALLIANCE_CONFIG` names, "
    "else `alliance.env` in the current folder; the environment wins.\n"
    "[deploy/env.example](../../deploy/env.example) says more about each. "
    "What may be changed while an instance runs stands at `/admin/settings` (`alliance setting list`)."
)
# Of typer, for every command.
_EVERYWHERE = {"--install-completion", "--show-completion", "--help"}


def main() -> int:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)
    return 0


def pages() -> dict[str, str]:
    """Each page by the name of its file."""
    return {"commands.md": commands_page(), "settings.md": settings_page()}


def commands_page() -> str:
    """Every command with what it takes."""
    group: Any = get_command(alliance)
    parts = ["# Every command", _HEAD_OF_COMMANDS]
    for name, room in COMMANDS.items():
        command = group.get_command(None, name)
        several = [room.does] if hasattr(command, "commands") else []
        parts += [f"## {name}", *several, *_told(command, name)]
    return "\n\n".join(parts) + "\n"


def _told(command: Any, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield from _one(command, name)
        return
    for word, one in inner.items():
        yield from _one(one, f"{name} {word}")


def _one(command: Any, name: str) -> Iterator[str]:
    """How it is called, what it does, and each option with its help."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if not _EVERYWHERE & set(one.opts) and one not in arguments]
    words = [_word(one) for one in arguments]
    called = " ".join(["alliance", name, *words, *(["[OPTIONS]"] if options else [])])
    does = " ".join((command.help or "").split())
    yield f"```text\n{called}\n```\n\n{does}"
    if options:
        yield "\n".join(
            ["| option | |", "|---|---|", *(f"| `{one.opts[0]}` | {_help(one)} |" for one in options)]
        )
    if example := (command.epilog or "").removeprefix("Example: "):
        yield f"```sh\n{example}\n```"


def _word(argument: Any) -> str:
    word = (argument.metavar or argument.name or "").upper().strip("[]")
    many = "..." if argument.nargs == -1 else ""
    return f"{word}{many}" if argument.required else f"[{word}]{many}"


def _help(option: Any) -> str:
    said = " ".join((option.help or "").replace("|", "\\|").split()) or "see the line above"
    return f"{said} Needed." if option.required else said


def settings_page() -> str:
    """Every setting with its default."""
    rows = [
        f"| `{one.metadata['name']}` | {one.metadata['help']} | {_default(one)} |" for one in fields(Settings)
    ]
    return (
        "\n".join(
            [
                "# Every setting",
                "",
                _HEAD_OF_SETTINGS,
                "",
                "| setting | what | default |",
                "|---|---|---|",
                *rows,
            ]
        )
        + "\n"
    )


def _default(field: Field[Any]) -> str:
    value = field.default
    if value is MISSING:
        return "needed"
    if value is None or value in ((), ""):
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, timedelta):
        return f"`{value.total_seconds():.0f}`"
    if isinstance(value, tuple):
        return f"`{value[0]}:{value[1]}`"
    return f"`{value}`"


if __name__ == "__main__":
    sys.exit(main())
