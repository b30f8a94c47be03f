"""A server that has started has loaded nothing that it may never need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.late import LATE, LATE_ROOMS
from tests.support.source import ROOT

# What `alliance serve` does until it answers, and then everything that is loaded.
STARTED = """
import asyncio, json, sys
from pathlib import Path
import web.command_line.serving, web.serving
from alliance.settings import Settings
from alliance.vault import create_secret_file
async def start(folder):
    secret = folder / "alliance.secret"
    create_secret_file(secret)
    settings = Settings.from_env({
        "ALLIANCE_ORIGIN": "http://localhost:8000",
        "ALLIANCE_DATABASE": sys.argv[2],
        "ALLIANCE_SECRET_FILE": str(secret),
    }, folder)
    served = web.serving.Served(settings, with_worker=True)
    app = await served._opened()
    await app.state.federation.close()
    await app.state.instance.close()
asyncio.run(start(Path(sys.argv[1])))
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.once
def test_a_server_that_has_started_has_loaded_nothing_for_later(databases: Databases, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STARTED, str(tmp_path), databases.new()],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(json.loads(done.stdout))

    assert "web.routes" in loaded
    needed = set() if databases.kind == "sqlite" else {"psycopg"}
    assert loaded & (LATE.keys() | LATE_ROOMS.keys()) == needed
