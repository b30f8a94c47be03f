"""What SQLite keeps goes through the text form of COPY and back; PostgreSQL writes it just so itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.databases import Databases
from web.database_copies.sides import PostgresSide, connected
from web.database_copies.text_form import UnknownKind, kind_of, read, written

NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
# PostgreSQL takes no NUL; surrogates are no text anywhere.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(" ", "microseconds"))
KEPT = {
    "BIGINT": NUMBERS,
    "BOOLEAN": st.integers(0, 1),
    "TEXT": TEXTS,
    "DATETIME": MOMENTS,
    "DATE": st.dates().map(date.isoformat),
    "TIME": st.times().map(lambda moment: moment.strftime("%H:%M:%S.%f")),
    "BLOB": st.binary(max_size=20),
}
ROWS = st.tuples(*(st.none() | values for values in KEPT.values()))
KINDS = list(KEPT)


@given(ROWS)
def test_a_row_comes_back_as_it_was(row: tuple[str | int | bytes | None, ...]) -> None:
    line = written(KINDS, row)

    assert read(KINDS, line) == row
    assert line.count(b"\n") == 1
    assert line.count(b"\t") == len(KINDS) - 1


def test_postgresql_writes_the_same_lines_as_it_is_given(others: Databases) -> None:
    if others.kind == "sqlite":
        return
    types = ["bigint", "boolean", "text", "timestamptz", "date", "time", "bytea", "json"]
    kinds = [*KINDS, "JSON"]
    names = [f"c{number}" for number in range(len(types))]
    rows = [
        (
            1,
            1,
            "tab\there\\N\r\n\v\b\f",
            "2026-03-16 08:00:00.120000",
            "2026-03-16",
            "09:30:00.000000",
            b"\0\\",
            "null",
        ),
        (
            -(1 << 63),
            0,
            "\\N",
            "0999-01-01 00:00:00.000000",
            "0001-01-01",
            "23:59:59.999990",
            b"",
            '{"a":  "\\u0000"}',
        ),
        (None,) * len(types),
    ]
    lines = [written(kinds, row) for row in rows]

    with connected(others.empty()) as connection:
        made = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
        connection.execute(f"CREATE TABLE thing ({made})".encode())
        side = PostgresSide(connection)
        side.fill("thing", names, lines)

        assert list(side.lines("thing", names)) == lines
    assert [read(kinds, line) for line in lines] == rows


def test_moments_of_another_zone_are_read_as_utc() -> None:
    assert read(["DATETIME"], b"2026-07-01 12:00:00+05:30\n") == ("2026-07-01 06:30:00.000000",)


def test_a_kind_that_nobody_knows_is_refused() -> None:
    assert kind_of("VARCHAR(40)") == "VARCHAR"
    with pytest.raises(UnknownKind):
        kind_of("GEOMETRY")
