"""`alliance audit`: proves that the audit log is whole, and exports it."""

import os
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alliance.auditing import FINDING_TEXTS, Finding, Verdict, entries_in_order, verify_log
from alliance.errors import Conflict, Invalid
from web.audit_files import json_lines, table
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json

app = room("alliance audit verify", "Proves that the audit log is whole, and exports it.")


class Form(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command(epilog="Example: alliance audit verify --noted 1204:5f0c...")
def verify(
    noted: Annotated[
        str | None, typer.Option("--noted", metavar="NUMBER:DIGEST", help="An end that was noted earlier.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Looks at every entry; exit code 1 when one was changed, removed, added or moved."""
    verdict = run(_verify(_noted(noted)))
    if as_json:
        say_json(
            {
                "whole": verdict.is_whole,
                "entries": verdict.entries,
                "since": verdict.first_at.isoformat() if verdict.first_at else None,
                "end": {"number": verdict.last_number, "digest": verdict.last_digest},
                "findings": [{"number": one.number, "what": one.what} for one in verdict.findings],
            }
        )
    else:
        for line in told(verdict):
            say(line)
    if not verdict.is_whole:
        raise typer.Exit(1)


async def _verify(noted: tuple[int, str] | None) -> Verdict:
    async with opened() as federation, federation.instance.reading() as db:
        return await verify_log(db, federation.instance.vault, noted)


def told(verdict: Verdict) -> list[str]:
    """What was found, line by line."""
    if not verdict.entries and verdict.is_whole:
        return ["Nothing has been written down yet."]
    lines = [_sentence(finding) for finding in verdict.findings]
    since = f" since {verdict.first_at:%Y-%m-%d}" if verdict.first_at else ""
    word = "The log is whole" if verdict.is_whole else "The log is NOT whole"
    lines.append(f"{word}: {verdict.entries} entries{since}.")
    lines.append(f"It ends at {verdict.last_number}:{verdict.last_digest}")
    return lines


def _sentence(finding: Finding) -> str:
    return FINDING_TEXTS[finding.what] % {"number": finding.number}


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, digest = text.strip().partition(":")
    if not number.isdecimal() or len(number) > 18 or len(digest) != 64:
        raise Invalid("What was noted looks like 1204:5f0c..., as `alliance audit verify` prints it.")
    return int(number), digest.lower()


@app.command(epilog="Example: alliance audit export --format csv --to audit.csv")
def export(
    form: Annotated[Form, typer.Option("--format", help="jsonl carries the proof, csv is for people.")] = (
        Form.JSONL
    ),
    file: Annotated[Path | None, typer.Option("--to", help="A file; without it standard output.")] = None,
) -> None:
    """Writes every entry, oldest first."""
    if file is not None and file.exists():
        raise Conflict("{file} exists already.", file=file)
    run(_export(form, file))


async def _export(form: Form, file: Path | None) -> None:
    async with opened() as federation:
        async with federation.instance.unit_of_work() as uow:
            uow.audit("audit.exported", form=form.value)
        async with federation.instance.reading() as db:
            entries = entries_in_order(db)
            await _write(table(entries) if form is Form.CSV else json_lines(entries), file)


async def _write(parts: AsyncIterator[bytes], file: Path | None) -> None:
    if file is None:
        async for part in parts:
            say(part.decode().rstrip("\r\n"))
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened_file:
        async for part in parts:
            opened_file.write(part)
