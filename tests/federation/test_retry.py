"""When to try again: pauses grow, are bounded, and listen to the other side."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from federation.retry import MOST_RETRY_AFTER, pause, retry_after

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
luck = some.floats(0, 1)


@given(failures=some.integers(1, 10_000), lucky=luck)
def test_a_pause_never_gets_shorter_with_more_failures(failures: int, lucky: float) -> None:
    assert pause(failures + 1, lucky) >= pause(failures, lucky)


@given(failures=some.integers(3, 10_000), lucky=luck)
def test_a_host_that_stays_away_costs_at_most_one_attempt_a_minute(failures: int, lucky: float) -> None:
    assert timedelta(minutes=1) <= pause(failures, lucky) <= timedelta(minutes=75)


@given(lucky=luck)
def test_a_host_that_restarts_is_tried_again_within_seconds(lucky: float) -> None:
    assert pause(1, lucky) <= timedelta(seconds=2.5)


@given(some.text())
def test_no_header_breaks_it(value: str) -> None:
    asked = retry_after(value, NOW)

    assert asked is None or timedelta(0) <= asked <= MOST_RETRY_AFTER


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0),
        ("999999999999", 86_400),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))
