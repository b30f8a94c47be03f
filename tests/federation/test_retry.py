"""When to try again: pauses grow, are bounded, and listen to the other side."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from federation.destinations import Standing, Trouble
from federation.retry import MOST_RETRY_AFTER, pause, retry_after, silence_pause

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


@given(seconds=some.floats(0, 300_000), more=some.floats(0, 300_000), lucky=luck)
def test_the_longer_the_silence_the_longer_the_pause(seconds: float, more: float, lucky: float) -> None:
    shorter, longer = sorted((seconds, more))

    assert silence_pause(timedelta(seconds=shorter), lucky) <= silence_pause(timedelta(seconds=longer), lucky)


@given(seconds=some.floats(240, 300_000), lucky=luck)
def test_after_four_minutes_silence_costs_an_attempt_a_minute_at_most(seconds: float, lucky: float) -> None:
    asked = silence_pause(timedelta(seconds=seconds), lucky)

    assert timedelta(minutes=1) <= asked <= timedelta(minutes=75)


def attempts_in(silence: timedelta) -> int:
    """How often a host that never answers is tried meanwhile, with the shortest pauses there are."""
    standing, now, count = Standing("birch.example"), NOW, 0
    while now < NOW + silence:
        trouble = Trouble("birch.example", now, "HostUnreachable", None, is_silent=True)
        standing.note_trouble(trouble, now, 0)
        assert standing.open_until is not None
        now, count = standing.open_until, count + 1
    return count


def test_a_bad_line_is_tried_again_at_once_and_a_dead_host_seldom() -> None:
    assert 4 <= attempts_in(timedelta(seconds=2)) <= 6
    assert attempts_in(timedelta(minutes=5)) <= 32
    assert attempts_in(timedelta(hours=1)) <= 60 + 32
    assert attempts_in(timedelta(days=3)) <= 400


def test_one_mishap_after_a_success_costs_half_a_second_however_many_there_were() -> None:
    standing, now = Standing("birch.example"), NOW
    for _ in range(50):
        standing.note_trouble(Trouble("birch.example", now, "cut", None, is_silent=True), now, 0)
        assert standing.open_until == now + timedelta(seconds=0.5)
        now += timedelta(seconds=1)
        standing.note_success(now)


def test_a_host_that_says_itself_that_it_is_in_trouble_is_spared_more() -> None:
    standing, now, pauses = Standing("birch.example"), NOW, []
    for _ in range(4):
        standing.note_trouble(Trouble("birch.example", now, "503", None), now, 0)
        assert standing.open_until is not None
        pauses.append((standing.open_until - now).total_seconds())
        now = standing.open_until

    assert pauses == [2, 10, 60, 60]


def test_what_failed_together_is_one_failure() -> None:
    standing = Standing("birch.example")
    for _ in range(10):
        trouble = Trouble("birch.example", NOW - timedelta(seconds=5), "cut", None, is_silent=True)
        standing.note_trouble(trouble, NOW, 0)

    assert (standing.failures, standing.failing_since) == (1, NOW)


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
        ("Mon, 1633333333333333333333 Mar 2026 08:09:00 GMT", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))
