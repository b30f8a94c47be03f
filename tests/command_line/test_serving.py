"""`alliance serve` starts quickly, answers, stops in good order and says in a sentence why it can't."""

import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from alliance.settings import Settings
from tests.command_line.running import PROGRAM, alliance, environment, in_time
from tests.support.companies import free_port
from web.serving import configured

READY_SECONDS = 30
STOP_SECONDS = 20


@contextmanager
def serving(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A server that answers; ended at the end."""
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--bind", f"127.0.0.1:{port}", *options],
            cwd=folder,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


def has_ended(process: subprocess.Popen[str]) -> bool:
    """Whether it ends within a moment."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.1)
    return process.poll() is not None


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not has_ended(process):
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
    raise AssertionError("the server did not become ready")


def test_it_answers_and_stops_in_good_order(company: Path) -> None:
    port = free_port()
    with serving(company, port) as process:
        page = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "nordlicht.localhost:8001"})
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)

    log = (company / "server.log").read_text()
    assert page.status_code == 200
    assert '"event": "ready"' in log
    assert "Traceback" not in log


def test_it_serves_without_a_worker(company: Path) -> None:
    port = free_port()
    with serving(company, port, "--no-worker"):
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").text == "ok\n"


def test_a_server_in_this_process_fails_its_test_and_hangs_none(company: Path) -> None:
    with pytest.raises(AssertionError, match="`serving` did not end within 2 s"), in_time("serving", 2):
        alliance(company, "serve", "--no-worker", "--bind", f"127.0.0.1:{free_port()}")


def test_a_port_that_is_taken_is_a_sentence(company: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = alliance(company, "serve", "--bind", f"127.0.0.1:{port}")

    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(rf"127\.0\.0\.1:{port} can't be used: address already in use\.\n", done.error)


@pytest.mark.parametrize("bind", ["8000", "127.0.0.1:", "nowhere.invalid:8000", "127.0.0.1:99999"])
def test_an_address_that_can_not_be_is_a_sentence(company: Path, bind: str) -> None:
    done = alliance(company, "serve", "--bind", bind)

    assert (done.code, done.error.count("\n")) == (2, 1)


def test_several_processes_need_postgresql(company: Path) -> None:
    done = alliance(company, "serve", "--processes", "2")

    assert (done.code, "PostgreSQL" in done.error) == (2, True)


def test_a_folder_for_pictures_that_is_a_file_is_a_sentence(company: Path) -> None:
    (company / "media").rmdir()
    (company / "media").touch()

    done = alliance(company, "serve")

    assert (done.code, done.error.count("\n")) == (2, 1)


def test_a_database_without_a_company_is_a_sentence(company: Path) -> None:
    with closing(sqlite3.connect(company / "alliance.db")) as db:
        db.execute("UPDATE company SET is_home = 0")
        db.commit()

    done = alliance(company, "serve")

    assert (done.code, done.error) == (
        2,
        "No company has been set up in this database: run `alliance init`.\n",
    )


def test_a_process_that_takes_long_to_start_is_not_ended_for_it() -> None:
    config = configured(Settings(origin="https://lernen.example"), with_worker=False, processes=2)

    assert config.timeout_worker_healthcheck >= 60
