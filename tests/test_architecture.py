"""The laws of the house, executed: who may import whom, and what may stand only in one place."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest

from tests.support.late import LATE, LATE_IN_TESTS, LATE_ROOMS
from tests.support.source import ROOT, Import, Source, sources

PACKAGES = ("alliance", "federation", "web", "migrations")
PRODUCT = sources(*PACKAGES)
TESTS = sources("tests")

# What a package may not know: the domain has no HTTP and no ActivityPub, federation no web framework.
UNKNOWN_TO = {
    "alliance": (
        *("federation", "web", "migrations", "tests", "starlette", "uvicorn", "aiohttp"),
        *("bovine", "httpsig", "jinja2", "typer", "rich"),
    ),
    "federation": ("web", "migrations", "tests", "starlette", "uvicorn", "jinja2", "typer", "rich"),
    "web": ("tests",),
    "migrations": ("web", "tests", "starlette"),
}

# Inside the domain imports go down only: verbs -> queries -> visibility -> models -> the ground.
# The unit of work, and the instance that makes it, stand with the verbs: they write the audit log.
GROUND = (
    *("acts", "clock", "database", "errors", "facts", "identifiers", "retention", "setting_values"),
    "settings",
    *("small_groups", "sqlite_driver", "text", "vault", "words"),
)
LEVELS = {"models": 1, "visibility": 2, "circle_visibility": 2, "webhook_visibility": 2, "queries": 3}
VERBS = 4

# Old libraries stay where their faults are built around (DECISIONS.md).
SIGNATURE_LIBRARIES = ("bovine", "httpsig")
SIGNATURE_ROOMS = re.compile(r"federation/(signatures(\.py|/.*)|keys\.py|webfinger\.py|vocabulary/.*)")

# The network is reached through one client, which checks every address when it connects; and we listen.
NETWORK = (
    *("aiohttp", "httpx", "requests", "urllib3", "http.client", "urllib.request"),
    *("socket", "ftplib", "smtplib", "telnetlib", "aiosmtplib", "imaplib", "imapclient"),
)
NETWORK_DOORS = {
    "federation/client.py": "the one outgoing client",
    "federation/connections.py": "its connections, opened when first needed",
    "federation/connecting.py": "its connector: from checked names to sockets",
    "federation/unpacking.py": "reads the answers that the client got",
    "web/mail/handing_over.py": "hands mail over to the company's mail server",
    "web/mail/sending.py": "keeps that connection while it sends",
    "web/mail/mailbox.py": "reads the company's mailbox for answers",
    "web/command_line/listening.py": "binds the socket that we listen on",
    "web/serving.py": "serves on that socket",
}

VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|services?|common|misc)(_|$)", re.IGNORECASE)
VAGUE_CLASS = re.compile(r"(Utils?|Helper|Manager|Service|Handler)$")


def names(findings: Iterable[tuple[Source, int, str]]) -> list[str]:
    """Findings as an editor opens them: `alliance/x.py:12 import web`."""
    return [f"{source.name}:{line} {what}" for source, line, what in findings]


def imports_of(files: list[Source], wrong: Callable[[Source, Import], bool]) -> list[str]:
    """The imports in `files` that are wrong."""
    return names(
        (source, found.line, f"import {found.module}")
        for source in files
        for found in source.imports
        if wrong(source, found)
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_it_may_know(package: str) -> None:
    unknown = UNKNOWN_TO[package]

    assert imports_of(sources(package), lambda _, found: found.is_of(*unknown)) == []


def level(module: str) -> int:
    """How high a module of the domain stands: 0 is the ground, 4 the verbs."""
    room = module.split(".")[1] if "." in module else "facts"
    return 0 if room in GROUND or room == "__init__" else LEVELS.get(room, VERBS)


def test_inside_the_domain_imports_go_down_only() -> None:
    def goes_up(source: Source, found: Import) -> bool:
        own = source.name.removesuffix(".py").replace("/", ".")
        return found.is_of("alliance") and not found.is_for_types_only and level(found.module) > level(own)

    assert imports_of(sources("alliance"), goes_up) == []


def test_old_signature_libraries_stay_in_their_rooms() -> None:
    assert (
        imports_of(
            PRODUCT,
            lambda source, found: (
                found.is_of(*SIGNATURE_LIBRARIES) and not SIGNATURE_ROOMS.fullmatch(source.name)
            ),
        )
        == []
    )


def test_only_the_outgoing_client_opens_the_network() -> None:
    imported = imports_of(
        PRODUCT, lambda source, found: found.is_of(*NETWORK) and source.name not in NETWORK_DOORS
    )
    opened = names(
        (source, line, what)
        for source in PRODUCT
        if source.name not in NETWORK_DOORS
        for line, what in source.uses("asyncio.open_connection", "asyncio.create_connection")
    )

    assert imported + opened == []


def test_only_the_settings_read_the_environment() -> None:
    read = ("os.environ", "os.environb", "os.getenv", "environ", "getenv")

    assert (
        names(
            (source, line, what)
            for source in PRODUCT
            if source.name != "alliance/settings.py"
            for line, what in source.uses(*read)
        )
        == []
    )


def test_imports_stand_at_the_top() -> None:
    """An import inside a function hides a dependency; what may be loaded late is on a list, with reasons."""

    def is_hidden(_: Source, found: Import) -> bool:
        return found.is_inline and not found.is_of(*LATE, *LATE_ROOMS)

    def is_hidden_in_tests(source: Source, found: Import) -> bool:
        return is_hidden(source, found) and not found.is_of(*LATE_IN_TESTS)

    assert imports_of(PRODUCT, is_hidden) == []
    assert imports_of(TESTS, is_hidden_in_tests) == []


def test_the_list_of_what_is_loaded_late_holds_no_more_than_there_is() -> None:
    inline = [found for source in PRODUCT for found in source.imports if found.is_inline]

    assert [room for room in LATE_ROOMS if not any(found.is_of(room) for found in inline)] == []
    assert set(LATE_ROOMS.values()) <= LATE.keys()
    in_tests = [found for source in TESTS for found in source.imports if found.is_inline]
    assert [name for name in LATE_IN_TESTS if not any(found.is_of(name) for found in in_tests)] == []


def test_importing_the_product_touches_nothing() -> None:
    """No file written, no process, no connection, no database: all of that waits for somebody to ask."""
    modules = [source.name.removesuffix(".py").replace("/", ".") for source in PRODUCT]
    wanted = [name.removesuffix(".__init__") for name in modules if is_importable(name)]

    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", WATCHED_IMPORT, *wanted],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def is_importable(module: str) -> bool:
    """Migrations are run by Alembic with a connection at hand, and `__main__` is a command."""
    return not module.startswith(("migrations.env", "migrations.versions")) and "__main__" not in module


WATCHED_IMPORT = """
import importlib, sys
DEEDS = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork",
         "sqlite3.connect", "os.mkdir", "os.remove", "os.rename")
def watch(deed, about):
    writes = deed == "open" and isinstance(about[1], str) and set(about[1]) & set("wax+")
    cached = writes and str(about[0]).endswith((".pyc", "__pycache__")) or ".pyc" in str(about[0])
    if (deed in DEEDS or writes) and not cached and "__pycache__" not in str(about):
        print(deed, about)
import uvloop, sqlalchemy, starlette, aiohttp, bovine, httpsig
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.parametrize("source", [s for s in PRODUCT + TESTS if s.text.strip()], ids=lambda s: s.name)
def test_a_file_opens_with_one_sentence(source: Source) -> None:
    opening = (ast.get_docstring(source.tree) or "").split("\n\n")[0]

    assert re.fullmatch(r"[^\s].+[.?]", opening, re.DOTALL), "say in one sentence what this file is for"


@pytest.mark.parametrize("source", PRODUCT, ids=lambda s: s.name)
def test_a_file_fits_in_a_head(source: Source) -> None:
    is_not_code = source.name.startswith(("migrations/versions/", "web/demo/content/"))

    assert is_not_code or len(source.text.splitlines()) < 400


def test_names_say_what_is_in_there() -> None:
    files = [
        s.name for s in PRODUCT if any(VAGUE.search(part) for part in s.name.removesuffix(".py").split("/"))
    ]
    classes = names(
        (source, node.lineno, node.name)
        for source in PRODUCT
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)
    )

    assert files + classes == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")

    assert [
        f"{source.name}:{number}"
        for source in PRODUCT + TESTS
        if source.name != "tests/test_architecture.py"
        for number, line in enumerate(source.text.splitlines(), 1)
        if later.search(line)
    ] == []


def test_tests_use_the_real_thing() -> None:
    assert imports_of(TESTS, lambda _, found: found.is_of("unittest", "mock", "pytest_mock")) == []
    assert (
        names(
            (source, node.lineno, "monkeypatch")
            for source in TESTS
            for node in ast.walk(source.tree)
            if isinstance(node, ast.arg) and node.arg in ("monkeypatch", "mocker")
        )
        == []
    )


def test_no_test_is_skipped() -> None:
    ways_out = (
        *("pytest.skip", "pytest.importorskip", "pytest.xfail"),
        *("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"),
    )

    # Whoever has the files without their history can't have an earlier version of them.
    needs_history = "tests/peers/test_versions.py"
    skipped = ((source, *use) for source in TESTS for use in source.uses(*ways_out))
    assert [name for name in names(skipped) if not name.startswith(needs_history)] == []


def test_no_test_sleeps() -> None:
    assert (
        names(
            (source, *use)
            for source in TESTS
            if source.path.name.startswith("test_")
            for use in source.uses("time.sleep", "asyncio.sleep", "anyio.sleep", "sleep")
        )
        == []
    )
