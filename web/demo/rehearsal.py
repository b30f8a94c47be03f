"""Keeps the stage as it was when the curtain rose, so that the next evening begins with it in seconds.

What happens during an evening is not in it: each begins with the same state, made by the real first one.
"""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alliance.settings import CONFIG_FILE
from migrations.standing import head
from web.backups import sqlite_path
from web.demo.content import DemoCompany
from web.demo.stage_company import Cast

SCRIPT = "rehearsal.json"
_NOT_COPIED = shutil.ignore_patterns("*.sqlite*", "*.db", "*.db-*", "*.log")


def is_kept(folder: Path, companies: Sequence[DemoCompany]) -> bool:
    """Whether `folder` holds a stage of this version for these ports that was made today."""
    return _read(folder).get("script") == _script(companies)


def keep(casts: Sequence[Cast], stage: Path, folder: Path) -> None:
    """Copies the stage, whose servers may be running, to `folder`; a broken copy never counts."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(stage, folder, ignore=_NOT_COPIED, dirs_exist_ok=True)
    for cast in casts:
        database = sqlite_path(cast.settings)
        _copy_database(database, folder / database.relative_to(stage))
    kept = {"script": _script([cast.company for cast in casts]), "stage": str(stage)}
    (folder / SCRIPT).write_text(json.dumps(kept), encoding="utf-8")


def bring_back(folder: Path, stage: Path) -> None:
    """Puts what was kept on a stage of its own; the settings name their files by their full paths."""
    shutil.copytree(folder, stage, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SCRIPT))
    for config in stage.glob(f"*/{CONFIG_FILE}"):
        settings = config.read_text(encoding="utf-8").replace(_read(folder)["stage"], str(stage))
        config.write_text(settings, encoding="utf-8")


def _read(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / SCRIPT).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _script(companies: Sequence[DemoCompany]) -> dict[str, object]:
    # The programme begins today, and the schema may change while the version stays.
    return {
        "version": version("alliance"),
        "schema": head(),
        "day": datetime.now(UTC).date().isoformat(),
        "companies": [[company.origin, len(company.people), len(company.sessions)] for company in companies],
    }


def _copy_database(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
