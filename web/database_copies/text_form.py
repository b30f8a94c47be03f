"""Rows in the text form of PostgreSQL's COPY, made from what SQLite keeps and turned back into it.

PostgreSQL, "COPY, Text Format": fields between tabs, rows end with a newline, NULL is a backslash and N. What
SQLite keeps is what SQLAlchemy writes: words for moments in UTC, 0 and 1, JSON as text.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time

Kept = str | int | float | bytes | None
"""What sqlite3 gives and takes."""

_NULL = "\\N"
_ESCAPED = str.maketrans(
    {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class UnknownKind(Exception):
    """A column of a type that nobody has said how to carry."""


def _moment_out(value: str) -> str:
    """`2026-11-23 06:15:12.120000` as PostgreSQL shows it in UTC: `2026-11-23 06:15:12.12+00`."""
    return _shortened(value) + "+00"


def _moment_in(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _shortened(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


def _time_in(text: str) -> str:
    return time.fromisoformat(text).isoformat("microseconds")


_OUT: dict[str, Callable[[Kept], str]] = {
    "BOOLEAN": lambda value: "t" if value else "f",
    "DATETIME": lambda value: _moment_out(str(value)),
    "TIME": lambda value: _shortened(str(value)),
    "FLOAT": lambda value: str(value).removesuffix(".0"),
    "BLOB": lambda value: f"\\x{value.hex()}" if isinstance(value, bytes) else str(value),
}
_IN: dict[str, Callable[[str], Kept]] = {
    "BOOLEAN": lambda text: int(text == "t"),
    "INTEGER": int,
    "BIGINT": int,
    "SMALLINT": int,
    "FLOAT": float,
    "DATETIME": _moment_in,
    "TIME": _time_in,
    "BLOB": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}
_AS_THEY_ARE = frozenset({"INTEGER", "BIGINT", "SMALLINT", "VARCHAR", "TEXT", "JSON", "DATE"})


def kind_of(declared: str) -> str:
    """The kind of a column from the type that SQLite was told: `VARCHAR(40)` is `VARCHAR`."""
    kind = declared.upper().partition("(")[0].strip()
    if kind not in _OUT and kind not in _AS_THEY_ARE:
        raise UnknownKind(declared)
    return kind


def written(kinds: Sequence[str], row: Sequence[Kept]) -> bytes:
    """One row as a line, with its newline."""
    fields = [
        _NULL if value is None else _OUT.get(kind, str)(value).translate(_ESCAPED)
        for kind, value in zip(kinds, row, strict=True)
    ]
    return ("\t".join(fields) + "\n").encode()


def read(kinds: Sequence[str], line: bytes) -> tuple[Kept, ...]:
    """One row from a line. Raises ValueError when it has not as many fields as there are kinds."""
    fields = line.decode().removesuffix("\n").split("\t")
    return tuple(
        None if field == _NULL else _IN.get(kind, str)(_plain(field))
        for kind, field in zip(kinds, fields, strict=True)
    )


def _plain(field: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), field) if "\\" in field else field
