"""Moments are stored as UTC and come back aware, whatever zone they are given in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects import sqlite

from alliance.database import UtcDateTime

MOMENTS = [
    datetime(2026, 3, 16, 12, 0, tzinfo=UTC),
    datetime(2026, 3, 16, 12, 0, 0, 5000, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2, 1, 1, tzinfo=UTC),
    *(datetime(2026, 11, 3, 4, 5, 6, microsecond, tzinfo=UTC) for microsecond in (0, 7, 850_174)),
]
SQLITE: Dialect = sqlite.dialect()


@pytest.mark.parametrize("moment", MOMENTS)
def test_sqlite_has_them_as_sqlalchemy_writes_them(moment: datetime) -> None:
    kind = UtcDateTime().dialect_impl(SQLITE)
    write, read = kind.bind_processor(SQLITE), kind.result_processor(SQLITE, None)
    usual = DateTime().dialect_impl(SQLITE).bind_processor(SQLITE)
    assert write is not None
    assert read is not None
    assert usual is not None

    written = write(moment)

    assert written == usual(moment.astimezone(UTC))
    assert read(written) == moment.astimezone(UTC)
    assert str(read(written)).endswith("+00:00")
    assert (write(None), read(None)) == (None, None)


def test_a_moment_without_a_zone_is_refused() -> None:
    write = UtcDateTime().dialect_impl(SQLITE).bind_processor(SQLITE)
    assert write is not None

    with pytest.raises(ValueError, match="without a time zone"):
        write(datetime(2026, 3, 16, 12, 0))  # noqa: DTZ001 - what is refused
