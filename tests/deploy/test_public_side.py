"""Split in a DMZ, an instance can be reached by partners and nobody can sign in from outside."""

import re

import pytest

from tools import public_side as tool
from web.public_side import one_pattern, public_side
from web.routes import routes

OPEN = {
    "machines": (
        "/.well-known/webfinger", "/nodeinfo/2.1", "/company/upcoming", "/people/12/outbox", "/activities/7",
        "/media/abc.webp", "/calendar.ics", "/sessions/12.ics", "/meet/12-abc", "/robots.txt",
        "/communities/3/followers_synchronization", "/badges/7-abc.json",
    ),
    "documents": ("/actor", "/company", "/people/12", "/sessions/12", "/stories/12", "/comments/c-12"),
    "inboxes": ("/inbox", "/actor/inbox", "/company/inbox", "/people/12/inbox", "/communities/3/inbox"),
}  # fmt: skip
CLOSED = (
    "/", "/sign-in", "/admin", "/admin/federation", "/settings", "/metrics", "/readyz", "/api/v1/instance",
    "/mcp", "/oauth/token", "/mine", "/notifications", "/search", "/sessions", "/sessions/new",
    "/sessions/12/edit",
    "/feeds/secret/calendar.ics", "/library.md", "/authorize_interaction", "/people/12/write", "//inbox",
    "/sessions/12/../../admin", "/sessions/12x", "/inbox/", "/sign-in/inbox", "/scim/v2/Users",
)  # fmt: skip


def kinds_of(path: str) -> list[str]:
    return [kind for kind in OPEN if re.search(one_pattern(kind), path)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in OPEN.items() for path in paths])
def test_partners_get_in(kind: str, path: str) -> None:
    assert kinds_of(path) == [kind]


@pytest.mark.parametrize("path", CLOSED)
def test_nobody_else_does(path: str) -> None:
    assert kinds_of(path) == []


def test_what_is_open_is_there() -> None:
    there = {getattr(route, "path", "") for route in routes()}

    assert {opened.path for opened in public_side() if opened.kind != "inboxes"} - there == set()


def test_the_files_say_what_the_code_says() -> None:
    """To put them right: .venv/bin/python -m tools.public_side"""
    assert tool.main(["--check"]) == 0
    for file in tool.FOLDER.iterdir():
        assert len(tool.MARK.findall(file.read_text(encoding="utf-8"))) == 3
