"""Writes the next migration: what the tables in code have that the newest revision lacks.

    .venv/bin/python tools/new_migration.py sessions_have_rooms

The file is a draft: read it, and see `make test` take it forward and back on both databases.
"""

import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from migrations import schema


def main(name: str) -> int:
    if not re.fullmatch(r"[a-z][a-z_]+", name):
        print("Name it in lower case, as in: make migration NAME=sessions_have_rooms", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/head.db"
        schema.upgrade(url)
        write(url, f"{datetime.now(UTC):%Y%m%d}_{name}", name.replace("_", " ").capitalize())
    return 0


def write(url: str, revision: str, message: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent))
    config.set_main_option("file_template", "%%(rev)s")
    engine = create_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
