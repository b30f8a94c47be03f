"""External sources from the command line, with a calendar on a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.command_line.running import Done, alliance


class Calendar(BaseHTTPRequestHandler):
    """A group with an empty outbox."""

    def do_GET(self) -> None:
        origin = f"http://{self.headers['Host']}"
        group = {
            "id": f"{origin}/group", "type": "Group", "preferredUsername": "library", "name": "Library",
            "inbox": f"{origin}/group/inbox", "outbox": f"{origin}/outbox",
        }  # fmt: skip
        outbox = {"id": f"{origin}/outbox", "type": "OrderedCollection", "orderedItems": []}
        body = {"/group": group, "/outbox": outbox}.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/activity+json")
        self.end_headers()
        self.wfile.write(json.dumps(body or {}).encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's own name
        """Says nothing."""


@pytest.fixture
def calendar() -> Iterator[str]:
    """Where it listens: host and port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Calendar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def source(folder: Path, *arguments: str) -> Done:
    return alliance(folder, "source", *arguments, ALLIANCE_DANGER_PRIVATE_NETWORKS="1")


def rows(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(source(folder, "list", "--json").out)
    return found


def test_added_listed_paused_resumed_and_removed(company: Path, calendar: str) -> None:
    added = source(company, "add", f"http://{calendar}/group", "--topic", "python", "--topic", "KI", "--yes")

    assert (added.code, added.error) == (0, "")
    for told in ("Library", f"library@{calendar}", f"http://{calendar}/group", "Upcoming: 0"):
        assert told in added.out
    (row,) = rows(company)
    assert (row["source"], row["state"], row["topics"]) == (f"library@{calendar}", "asked", ["python", "KI"])
    assert "asked" in source(company, "list").out
    assert source(company, "pause", f"@library@{calendar}").code == 0
    assert rows(company)[0]["state"] == "paused"
    assert source(company, "resume", calendar).code == 0
    assert source(company, "remove", f"http://{calendar}/group").out == "Removed.\n"
    assert rows(company) == []


def test_without_a_yes_nothing_is_subscribed_to(company: Path, calendar: str) -> None:
    done = source(company, "add", f"http://{calendar}/group")

    assert (done.code, done.out.splitlines()[-1]) == (1, "Nothing was subscribed to.")
    assert rows(company) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pause", "library@events.example"), "library@events.example is no external source here."),
        (("add", "http://127.0.0.1:1/group", "--yes"), "127.0.0.1:1 does not accept connections"),
        (("add", "", "--yes"), "what: Please type a handle or an address"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(company: Path, arguments: tuple[str, ...], said: str) -> None:
    done = source(company, *arguments)

    assert done.code == 1
    assert done.error.startswith(said)
    assert done.error.count("\n") == 1
