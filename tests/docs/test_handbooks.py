"""What the handbooks name is there: links, commands, settings, paths, addresses, sentences."""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from alliance.settings import Settings
from tools.reference_pages import pages
from web.command_line.rooms import COMMANDS, alliance

ROOT = Path(__file__).resolve().parents[2]
WRITTEN_BY_PROGRAMS = ("hostile.md", "mastodon-api.md", "authorisation.md", "rehearsal.md")
# Of compose and proxies, of tests, and the one that says where the others stand.
OTHER_SETTINGS = {"ALLIANCE_CONFIG", "ALLIANCE_HOST", "ALLIANCE_INSIDE", "ALLIANCE_TEST_DATABASE"}
MADE_BY_THE_READER = {"deploy/.env"}
ON_A_MACHINE = (
    "/var/",
    "/etc/",
    "/opt/",
    "/usr/",
    "/data",
    "/tmp",
    "/root",
    "/healthz",
    "/readyz",
    "/metrics",
)
# What comes before the People: those say something, not the program.
SPOKEN = {"docs/operator/troubleshooting.md": "## People", "docs/operator/proxy.md": "## Incoming requests"}


def test_every_link_leads_somewhere() -> None:
    broken = [(name, link) for page, name in every_page() for link in links_in(page) if not leads(page, link)]

    assert broken == []


def test_a_link_to_a_page_or_heading_that_is_not_there_is_found() -> None:
    page = ROOT / "docs" / "numbers.md"

    found = [leads(page, link) for link in ("feedback.md", "gone.md", "feedback.md#gone", "../..")]

    assert found == [True, False, False, False]


def test_every_command_and_option_exists() -> None:
    wrong = [
        (name, fault)
        for page, name in every_page()
        for words in commands_in(page)
        for fault in faults_of(words)
    ]

    assert wrong == []


def test_a_command_or_option_that_is_not_there_is_found() -> None:
    found = [list(faults_of(words.split())) for words in ("chek", "partner inform", "queue retry --now")]

    assert found == [["chek"], ["partner inform"], ["queue retry --now"]]


def test_every_setting_exists() -> None:
    known = converters()

    unknown = [
        (name, setting)
        for page, name in every_page()
        for setting in re.findall(r"\bALLIANCE_[A-Z0-9_]*[A-Z0-9_]", page.read_text("utf-8"))
        if setting not in known.keys() | OTHER_SETTINGS
        and not (setting.endswith("_") and any(one.startswith(setting) for one in known))
    ]

    assert unknown == []


def test_every_setting_takes_what_is_shown() -> None:
    for page, _name in every_page():
        for setting, value in re.findall(
            r"^(ALLIANCE_[A-Z0-9_]+)=(\S+)$", page.read_text("utf-8"), re.MULTILINE
        ):
            if setting in converters():
                converters()[setting](value)


def test_every_path_is_there() -> None:
    rooms = "alliance|federation|web|migrations|tests|deploy|docs|tools|benchmarks"

    absent = [
        (name, path)
        for page, name in guides()
        for path in re.findall(rf"`((?:{rooms})/[\w./@*-]+)`", page.read_text("utf-8"))
        if path not in MADE_BY_THE_READER and not any(ROOT.glob(path.rstrip("/")))
    ]

    assert absent == []


def test_every_address_is_served() -> None:
    unknown = [
        (name, address)
        for page, name in guides()
        for address in re.findall(r"`(/[a-z@.][\w./@<>-]*)`", page.read_text("utf-8"))
        if not address.startswith(ON_A_MACHINE) and not served().fullmatch(re.sub(r"<\w+>", "7", address))
    ]

    assert unknown == []


def test_every_path_in_a_drawing_is_there() -> None:
    drawn = " ".join(file.read_text("utf-8") for file in (ROOT / "docs/drawings").glob("*.svg"))
    named = re.findall(r"\b((?:alliance|federation|web)/[\w/]+\.py)", drawn)

    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("name", SPOKEN)
def test_every_quoted_sentence_is_said_by_the_program(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").partition(SPOKEN[name])[0]
    quoted = list(re.findall(r'"([^"\n]{12,})"', text))

    unsaid = [sentence for sentence in quoted if not is_said(sentence)]

    assert unsaid == []
    assert quoted


def test_a_sentence_that_the_program_does_not_say_is_found() -> None:
    assert [is_said("There is no setting …."), is_said("There is no … like that.")] == [True, False]


def test_commands_are_found_wherever_they_are_called() -> None:
    lines = (
        "runuser -u alliance -- /opt/alliance/bin/alliance check",
        "kubectl exec deploy/alliance-web -- alliance egress --json",
        "ExecStart=/opt/alliance/bin/alliance worker",
        "alliance backup a.tar  # while it runs",
        "systemctl restart alliance",
        "helm install alliance deploy/helm/alliance",
    )

    found = [words for line in lines for words in calls_in(line)]

    assert found == [["check"], ["egress", "--json"], ["worker"], ["backup", "a.tar"]]


def test_an_address_that_is_not_served_is_found() -> None:
    found = [
        bool(served().fullmatch(one)) for one in ("/admin/approval", "/sessions/7.ics", "/admin/persons")
    ]

    assert found == [True, True, False]


@pytest.mark.parametrize("name", ["commands.md", "settings.md"])
def test_pages_that_list_everything_are_as_the_program_has_it(name: str) -> None:
    written = (ROOT / "docs/operator" / name).read_text("utf-8")

    assert written == pages()[name], "run .venv/bin/python -m tools.reference_pages"


def test_every_page_is_reached_from_the_first() -> None:
    listed = set(re.findall(r"^([\w./-]+)$", (ROOT / "docs/index.md").read_text("utf-8"), re.MULTILINE))
    written = {
        name.removeprefix("docs/").removesuffix(".md") for page, name in every_page() if page.parent != ROOT
    }

    assert written - listed - {"index"} == set()


def every_page() -> list[tuple[Path, str]]:
    """Each page with its name in the repository."""
    found = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    return [(page, page.relative_to(ROOT).as_posix()) for page in found]


def guides() -> list[tuple[Path, str]]:
    """Those that people have written about what is, not about what was decided once."""
    return [
        (page, name) for page, name in every_page() if "/" in name and page.name not in WRITTEN_BY_PROGRAMS
    ]


@cache
def converters() -> dict[str, Callable[[str], Any]]:
    """What each setting makes of its text."""
    return {field.metadata["name"]: field.metadata["convert"] for field in fields(Settings)}


def links_in(page: Path) -> Iterator[str]:
    """Where Markdown and pictures lead, apart from code and from other hosts."""
    text = re.sub(
        r"^```.*?^```$|`[^`\n]*`", "`code`", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for link in re.findall(r"\]\(([^()\s]+)\)|<img src=\"([^\"]+)\"", text):
        target = link[0] or link[1]
        if not re.match(r"[a-z]+:", target):
            yield target


def leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or anchor in anchors_of(target)


@cache
def anchors_of(page: Path) -> set[str]:
    """The anchors that headings get, here and on code hosts."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#{1,4} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def commands_in(page: Path) -> Iterator[list[str]]:
    """The words after each `alliance` that is called, in blocks and in lines."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {3,}(\S.*)$", text, re.MULTILINE)
    spans = re.findall(r"(?<!`)`([^`\n]+)`", text)
    for line in [line for block in blocks for line in block.splitlines()] + indented + spans:
        yield from calls_in(line)


def calls_in(line: str) -> Iterator[list[str]]:
    if "alliance" not in line:
        return
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return
    for index, word in enumerate(words):
        is_called = index == 0 or words[index - 1] in ("--", "exec", "&&")
        rest = words[index + 1 :]
        if (word.endswith("/bin/alliance") or (word == "alliance" and is_called)) and rest:
            yield rest


def faults_of(words: list[str]) -> Iterator[str]:
    """What the command line would not understand."""
    if words[0].startswith(("$", "-")) or not re.fullmatch(r"[a-z-]+", words[0]):
        return
    if words[0] not in COMMANDS:
        yield words[0]
        return
    command, said = command_named(words[0]), words[:1]
    if (inner := getattr(command, "commands", {})) and len(words) > 1:
        if words[1] not in inner:
            yield " ".join(words[:2])
            return
        command, said = inner[words[1]], words[:2]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    for word in words[len(said) :]:
        if word.startswith("--") and word.partition("=")[0] not in known:
            yield " ".join([*said, word])


@cache
def command_named(name: str) -> Any:
    group: Any = get_command(alliance)
    return group.get_command(None, name)


@cache
def served() -> re.Pattern[str]:
    """Every address that the application serves, as docs/authorisation.md has it (a test asks them all)."""
    text = (ROOT / "docs/authorisation.md").read_text("utf-8")
    addresses = set(re.findall(r"^\| `(/[^`]*)`", text, re.MULTILINE)) | {"/inbox", "/scim/v2", "/mcp"}
    patterns = [re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(address)) for address in sorted(addresses)]
    return re.compile("|".join(patterns))


def is_said(sentence: str) -> bool:
    parts = [re.escape(part) for part in re.split("…", sentence.strip("…. ")) if part.strip()]
    return bool(parts) and re.search(r"\{.{0,60}?".join(parts), words_of_the_program()) is not None


@cache
def words_of_the_program() -> str:
    """The source, with texts that go over several lines in one."""
    files = [
        path
        for room in ("alliance", "federation", "web", "migrations")
        for path in (ROOT / room).rglob("*.py")
    ]
    return re.sub(r"\"\s*\n\s*f?\"", "", "\n".join(path.read_text("utf-8") for path in files))
