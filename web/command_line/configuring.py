"""Writes the file of settings that every later command in a folder finds."""

import os
from collections.abc import Mapping
from pathlib import Path

from alliance.errors import WrongConfiguration
from alliance.settings import Settings

HEAD = "# Settings of this instance; all of them are described in deploy/env.example.\n"


def write_config(file: Path, values: Mapping[str, str], given: Mapping[str, str] | None = None) -> Settings:
    """Writes `values` with absolute paths for what lies beside the file; returns the settings that result.

    They result from the file and `given`, the process's own when None.
    Raises WrongConfiguration, leaving no file behind, when a value or the environment can't be used.
    """
    folder = file.resolve().parent
    complete = {
        "ALLIANCE_DATABASE": f"sqlite:///{folder / 'alliance.db'}",
        "ALLIANCE_SECRET_FILE": str(folder / "alliance.secret"),
        "ALLIANCE_MEDIA": str(folder / "media"),
        **values,
    }
    _create(file, complete)
    try:
        settings = Settings.from_env(given, folder)
        # What the environment says instead is written down too: later commands may run without it.
        complete |= {
            "ALLIANCE_DATABASE": settings.database,
            "ALLIANCE_SECRET_FILE": str(settings.secret_file.absolute()),
            "ALLIANCE_MEDIA": str(settings.media.absolute()),
        }
        file.write_text(_lines(complete), encoding="utf-8")
        return settings
    except WrongConfiguration:
        file.unlink()
        raise


def change_config(file: Path, name: str, value: str) -> None:
    """Gives one setting another value; every other line stays, and so do owner and mode of the file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() != name]
    file.write_text("\n".join([*kept, f"{name}={value}"]) + "\n", encoding="utf-8")


def _create(file: Path, values: Mapping[str, str]) -> None:
    """A new file, readable by its owner alone. Raises WrongConfiguration when there is one."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise WrongConfiguration("There is an instance here already: {file}.", file=file) from error
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(_lines(values))


def _lines(values: Mapping[str, str]) -> str:
    return HEAD + "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
