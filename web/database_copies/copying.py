"""Copies every table and proves it: rows are counted, and their digests compared, on both sides."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import federation.models  # noqa: F401 - registers its tables
from alliance.database import Base
from alliance.errors import Conflict
from web.database_copies.sides import Side

Advance = Callable[[int], None]
DERIVED = frozenset({"search_document", "search_word"})
"""What the search finds is written differently on the two kinds of database: anew, after a copy."""
_OFTEN = 1_000
_MODULUS = 1 << 256


@dataclass(frozen=True)
class Copied:
    """One table on both sides; the digest does not depend on the order of rows."""

    table: str
    rows: int
    digest: str


def tables() -> dict[str, list[str]]:
    """Every table that is carried over with its columns, in the order in which they can be filled."""
    return {
        table.name: [column.name for column in table.columns]
        for table in Base.metadata.sorted_tables
        if table.name not in DERIVED
    }


def copy_tables(
    source: Side, target: Side, chosen: Mapping[str, Sequence[str]], advance: Advance = lambda _rows: None
) -> list[Copied]:
    """Fills the tables of `target`. Raises Conflict when what arrived is not what was sent."""
    return [_copy(source, target, table, columns, advance) for table, columns in chosen.items()]


def _copy(source: Side, target: Side, table: str, columns: Sequence[str], advance: Advance) -> Copied:
    sent, arrived = Digest(), Digest()
    target.fill(table, columns, _told(sent.of(source.lines(table, columns)), advance))
    for _line in arrived.of(target.lines(table, columns)):
        pass
    if (sent.rows, sent.text) != (arrived.rows, arrived.text):
        raise Conflict(
            "What arrived in {table} is not what was sent: {sent} rows were, {arrived} are there.",
            table=table,
            sent=sent.rows,
            arrived=arrived.rows,
        )
    return Copied(table, sent.rows, sent.text)


def _told(lines: Iterable[bytes], advance: Advance) -> Iterator[bytes]:
    number = 0
    for number, line in enumerate(lines, 1):
        yield line
        if number % _OFTEN == 0:
            advance(_OFTEN)
    advance(number % _OFTEN)


class Digest:
    """Counts lines that pass and adds up their SHA-256: the sum is the same in whatever order they come."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    @property
    def text(self) -> str:
        """The digest so far, 64 hexadecimal digits."""
        return f"{self._sum:064x}"

    def of(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted."""
        for line in lines:
            self.rows += 1
            self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _MODULUS
            yield line
