"""What the operator does stands in the audit log; the commands come from the command line itself."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from typer.main import get_command

from tests.command_line.running import alliance
from web.command_line.rooms import COMMANDS
from web.command_line.rooms import alliance as program

MARA, JONAS = "mara@nordlicht.example", "jonas@nordlicht.example"
START = datetime.now(UTC) + timedelta(days=30)
# What each command leaves in the log, in an order in which they can be run; {session} is the one published.
ACTS: list[tuple[str, tuple[str, ...]]] = [
    (f"employee add {JONAS} --name Jonas", ("employee.added",)),
    ("employee invite lena@nordlicht.example --name Lena", ("employee.added", "employee.link-made")),
    (f"employee reset {JONAS}", ("employee.link-made",)),
    (f"employee roles {JONAS} --role council", ("employee.roles-changed",)),
    (f"token {JONAS}", ("token.made",)),
    (f"export --employee {JONAS}", ("employee.exported",)),
    (
        f"session publish --title Knoten --start {START:%Y-%m-%dT16:00} --end {START:%Y-%m-%dT17:00} "
        f"--timezone Europe/Berlin --link https://meet.example/knoten --by {MARA}",
        ("employee.acted-for",),
    ),
    (f"attend {{session}} --by {JONAS}", ("employee.acted-for",)),
    ("session cancel {session}", ("session.changed",)),
    (f"employee disable {JONAS}", ("employee.disabled",)),
    (f"employee enable {JONAS}", ("employee.enabled",)),
    (f"employee erase {JONAS} --yes", ("employee.erased",)),
    ("block domain spam.example --severity silence", ("domain.treated",)),
    ("block free spam.example", ("domain.freed",)),
    ("follower approval by-hand", ("follower.approval",)),
    ("queue retry --all", ("queue.retried",)),
    ("queue drop --all", ("queue.dropped",)),
    ("keys rotate", ("keys.rotated", "keys.rotated")),
    ("search rebuild", ("search.rebuilt",)),
    ("setting set ai on", ("setting.changed",)),
    ("backup backup.tar", ("backup.made",)),
    ("audit export --to audit.jsonl", ("audit.exported",)),
]
# Why a command is not among them.
ELSEWHERE = {
    "init": "is the beginning of the log, below",
    "employee connect": "needs a provider: the verb is the one of tests/oidc",
    "employee list": "changes nothing",
    "partner invite": "asks another server; its verb is looked at in tests/web/pages/test_admin_audited.py",
    "partner accept": "as above", "partner decline": "as above", "partner pause": "as above",
    "partner resume": "as above", "partner leave": "as above", "partner block": "as above",
    "partner unblock": "as above", "partner list": "changes nothing",
    "source add": "as above", "source pause": "as above", "source resume": "as above",
    "source remove": "as above", "source list": "changes nothing",
    "block list": "changes nothing",
    "session list": "changes nothing", "session show": "changes nothing",
    "mail test": "needs a mail server", "mail mailbox": "looks", "mail status": "changes nothing",
    "queue status": "changes nothing", "queue explain": "changes nothing",
    "follower accept": "as above", "follower remove": "as above", "follower list": "changes nothing",
    "move alias": "asks another server", "move unalias": "asks another server",
    "move to": "asks another server", "move back": "asks another server", "move show": "changes nothing",
    "audit verify": "changes nothing", "approval-pack": "changes nothing",
    "serve": "runs", "worker": "runs", "demo": "runs",
    "check": "changes nothing", "egress": "changes nothing",
    "migrate": "changes the schema alone; its history is in the database",
    "move-database": "needs another database: tests of moving look whether everything is there",
    "move-media": "needs a bucket: tests of media look whether everything is there",
    "setting list": "changes nothing",
    "provisioning token": "is looked at with provisioning",
    "provisioning end": "is looked at with provisioning",
    "provisioning list": "changes nothing", "provisioning status": "changes nothing",
    "newsletter status": "changes nothing",
    "newsletter send": "is looked at with the newsletter",
}  # fmt: skip


def commands() -> Iterator[str]:
    """Every command as it is typed."""
    top: Any = get_command(program)
    context = click.Context(top)
    for name in COMMANDS:
        found = top.get_command(context, name)
        subs = found.list_commands(click.Context(found)) if hasattr(found, "list_commands") else []
        yield from (f"{name} {sub}" for sub in subs)
        if not subs:
            yield name


def log_of(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "alliance.db")) as db:
        return list(db.execute("SELECT act, who_kind FROM audit_entry ORDER BY number"))


def test_every_act_at_the_command_line_is_written_down(company: Path) -> None:
    begun, session, wrong = log_of(company), "", []
    seen = len(begun)

    for line, acts in ACTS:
        done = alliance(company, *line.format(session=session).split())
        session = done.last_line if line.startswith("session publish") else session
        written = log_of(company)[seen:]
        seen += len(written)
        if written != [(act, "command-line") for act in acts]:
            wrong.append((line, done.code, done.error, written))

    assert wrong == []
    assert begun == [("company.founded", "command-line"), ("employee.added", "command-line")]
    assert alliance(company, "audit", "verify").code == 0
    (company / "elsewhere").mkdir()
    assert alliance(company / "elsewhere", "restore", str(company / "backup.tar")).code == 0
    assert log_of(company / "elsewhere")[-2:] == [
        (f"backup.{word}", "command-line") for word in ("made", "restored")
    ]
    assert alliance(company / "elsewhere", "audit", "verify").code == 0
    assert all(json.loads(line)["digest"] for line in (company / "audit.jsonl").read_text().splitlines())
    covered = {" ".join(line.split()[:2]) for line, _ in ACTS} | {line.split()[0] for line, _ in ACTS}
    covered.add("restore")
    assert [name for name in commands() if name not in covered and name not in ELSEWHERE] == []


def test_a_tampered_entry_is_named_and_the_exit_code_says_so(company: Path) -> None:
    whole = alliance(company, "audit", "verify")
    end = whole.last_line.rpartition(" ")[2]
    with closing(sqlite3.connect(company / "alliance.db")) as db, db:
        db.execute("UPDATE audit_entry SET act = 'employee.erased' WHERE number = 2")

    broken = alliance(company, "audit", "verify")
    told = json.loads(alliance(company, "audit", "verify", "--json").out)
    noted = alliance(company, "audit", "verify", "--noted", f"9:{'0' * 64}")

    assert (whole.code, "The log is whole: 2 entries" in whole.out) == (0, True)
    assert (broken.code, broken.out.splitlines()[0]) == (1, "Entry 2 was changed after it was written.")
    assert (told["whole"], told["findings"]) == (False, [{"number": 2, "what": "changed"}])
    assert "Entry 9 is missing" in noted.out
    assert alliance(company, "audit", "verify", "--noted", end).code == 1
    assert alliance(company, "audit", "verify", "--noted", "nonsense").error.count("\n") == 1


def test_exports_overwrite_nothing(company: Path) -> None:
    (company / "there.csv").write_text("mine")

    done = alliance(company, "audit", "export", "--format", "csv", "--to", "there.csv")

    assert (done.code, (company / "there.csv").read_text()) == (1, "mine")
    assert alliance(company, "audit", "export", "--format", "csv").out.startswith("number,at,act,who")


def test_the_operator_does_not_close_the_last_administrator(company: Path) -> None:
    tried = [
        alliance(company, "employee", "disable", MARA),
        alliance(company, "employee", "erase", MARA, "--yes"),
        alliance(company, "employee", "roles", MARA, "--role", "council"),
    ]

    assert [(done.code, "only administrator" in done.error) for done in tried] == [(1, True)] * 3
