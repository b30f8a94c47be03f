"""Ralph 5.1, a learning record store that others run (openfun), takes what we tell it, and takes it once."""

import contextlib
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from alliance.attending import join_session, leave_session
from alliance.learning_records import agree
from alliance.learning_settings import StoreDraft, change_store
from alliance.models import RecordStatement
from alliance.settings import Settings
from federation.record_store import Store, tell_record_store, try_store
from federation.wiring import Federation
from tests.support.companies import free_port
from tests.support.founding import found
from tests.web.pages.scenes import offered

FOLDER = Path(__file__).parent / "ralph"
PYTHON = FOLDER / ".venv" / "bin" / "python"
_MISSING = (
    "Ralph is not installed: run `python3 tools/own_environment.py tests/peers/ralph` (make test does)."
)
# Its store in a folder opens its file anew for each statement, which works once; it can append as well.
_START = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend
FSDataBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]))
"""
_HASH = "import bcrypt; print(bcrypt.hashpw(b's3cret', bcrypt.gensalt(4)).decode())"


@pytest.fixture(scope="module")
def ralph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; it keeps statements in a folder and knows one key."""
    tmp_path = tmp_path_factory.mktemp("ralph")
    if not PYTHON.exists():
        raise RuntimeError(_MISSING)
    (tmp_path / "statements").mkdir()
    hashed = subprocess.run([PYTHON, "-c", _HASH], check=True, capture_output=True, text=True).stdout.strip()
    account = {
        "username": "alliance",
        "hash": hashed,
        "scopes": ["all"],
        "agent": {"mbox": "mailto:a@lrs.example"},
    }
    (tmp_path / "auth.json").write_text(json.dumps([account]))
    environ = os.environ | {
        "RALPH_APP_DIR": str(tmp_path),
        "RALPH_AUTH_FILE": str(tmp_path / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(tmp_path / "statements"),
    }
    port = free_port()
    command: list[str | Path] = [PYTHON, "-c", _START, str(port)]
    with (tmp_path / "ralph.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}/xAPI/"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until it listens. Raises RuntimeError when it ends instead."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        threading.Event().wait(0.05)
    raise RuntimeError("Ralph does not start: see ralph.log")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The store listens on loopback."""
    return replace(settings, danger_private_networks=True)


async def kept(ralph: str, account: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(auth=("alliance", "s3cret")) as client:
        answer = await client.get(f"{ralph}statements", headers={"X-Experience-API-Version": "1.0.3"})
    statements: list[dict[str, Any]] = answer.json()["statements"]
    return [one for one in statements if one["actor"]["account"]["name"] == account]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
async def test_a_real_record_store_takes_what_we_tell_it_once(
    federation: Federation, ralph: str, version: str
) -> None:
    founded = await found(federation.instance)
    draft = StoreDraft(
        is_on=True, endpoint=ralph, is_inside=False, key="alliance", secret="s3cret", version=version
    )
    async with federation.instance.unit_of_work() as uow:
        setting = await change_store(uow, draft, founded.admin)
        account = (await agree(uow, founded.employee)).account
    store = Store.of(setting, federation.instance.vault)
    assert (await try_store(federation, store))[0] == "works"
    assert (await try_store(federation, replace(store, secret="wrong")))[0] == "refuses"
    session = await offered(federation.instance, founded.admin, "Löten für Neugierige")
    async with federation.instance.unit_of_work() as uow:
        await join_session(uow, session.id, founded.employee.id)

    assert await tell_record_store(federation) == 1
    # As if the answer had been lost on its way: sent again, it is still one.
    async with federation.instance.unit_of_work() as uow:
        row = (await uow.db.scalars(select(RecordStatement))).one()
        body = (await kept(ralph, account))[0]
        wanted = {name: body[name] for name in ("id", "actor", "verb", "object", "context", "timestamp")}
        again = update(RecordStatement).where(RecordStatement.id == row.id)
        await uow.db.execute(again.values(state="waiting", body=json.dumps(wanted).encode()))
    assert await tell_record_store(federation) == 1
    async with federation.instance.unit_of_work() as uow:
        await leave_session(uow, session.id, founded.employee.id)
    assert await tell_record_store(federation) == 1

    statements = sorted(await kept(ralph, account), key=lambda one: str(one["verb"]["id"]))
    registered, voided = statements
    assert registered["actor"]["account"] == {"homePage": "https://nordlicht.example", "name": account}
    assert registered["object"]["id"] == f"https://nordlicht.example/sessions/{session.id}"
    assert voided["object"] == {"objectType": "StatementRef", "id": registered["id"]}
    assert "Jonas" not in json.dumps(statements)
