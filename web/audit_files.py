"""The audit log as files: JSON Lines that carry their proof, and a table for people."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson

from alliance.audit_chain import name_in
from alliance.models import AuditEntry

COLUMNS = ("number", "at", "act", "who", "who_name", "on", "on_name", "details", "digest")
Name = Callable[[AuditEntry], tuple[str, str]]
"""What the two people of an entry are called for this reader: who did it, to whom."""


def full_names(entry: AuditEntry) -> tuple[str, str]:
    """As they were called when it was written, until somebody is forgotten."""
    return name_in(entry.who_name), name_in(entry.on_name)


def row_of(entry: AuditEntry, name: Name = full_names) -> dict[str, Any]:
    """One entry for machines: with every field that its digest is about."""
    who_name, on_name = name(entry)
    return {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="microseconds"),
        "act": entry.act,
        "who_kind": entry.who_kind,
        "who_id": entry.who_id,
        "who_name": who_name,
        "who_mark": entry.who_mark,
        "on_kind": entry.on_kind,
        "on_id": entry.on_id,
        "on_name": on_name,
        "on_mark": entry.on_mark,
        "details": entry.details,
        "previous": entry.previous,
        "digest": entry.digest,
        "seal": entry.seal,
    }


async def json_lines(entries: AsyncIterator[AuditEntry], name: Name = full_names) -> AsyncIterator[bytes]:
    """One line for each entry, oldest first; numbers as text where they are longer than JavaScript's."""
    async for entry in entries:
        row = row_of(entry, name)
        yield orjson.dumps({**row, "who_id": None if row["who_id"] is None else str(row["who_id"])}) + b"\n"


async def table(
    entries: AsyncIterator[AuditEntry], name: Name = full_names, *, people: bool = True
) -> AsyncIterator[bytes]:
    """The same as CSV (RFC 4180) with a first line of names; without `people` nobody's number is in it."""
    yield _line(COLUMNS)
    async for entry in entries:
        who_name, on_name = name(entry)
        who = f"{entry.who_kind} {entry.who_id or ''}".strip() if people else entry.who_kind
        on = f"{entry.on_kind} {entry.on_id}".strip() if people else entry.on_kind
        yield _line(
            (
                str(entry.number),
                entry.at.isoformat(timespec="seconds"),
                entry.act,
                who,
                who_name,
                on,
                on_name,
                entry.details if people else "",
                entry.digest,
            )
        )


def _line(values: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([_harmless(value) for value in values])
    return text.getvalue().encode()


def _harmless(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula (OWASP: CSV injection)."""
    return f"'{value}" if value[:1] in "=+-@\t\r" and value else value
