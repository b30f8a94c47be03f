"""Times on walls become moments, and times that no clock shows are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid
from alliance.times import is_repeated, moment_at, wall_time, zone_named
from tests.alliance.stage import wall


def test_a_summer_noon_in_berlin_is_ten_in_utc() -> None:
    assert moment_at(wall("2026-07-01 12:00"), "Europe/Berlin") == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        (wall("2026-03-29 02:30"), "Europe/Berlin"),
        (wall("2026-03-29 02:00"), "Europe/Berlin"),
        (wall("2026-03-08 02:59"), "America/New_York"),
        (wall("2026-10-04 02:15"), "Australia/Lord_Howe"),
    ],
)
def test_the_hour_that_a_clock_change_skips_is_refused(local: datetime, zone: str) -> None:
    with pytest.raises(Invalid, match="does not exist there"):
        moment_at(local, zone)


def test_the_hour_that_a_clock_change_repeats_means_its_first_round() -> None:
    local = wall("2026-10-25 02:30")

    assert is_repeated(local, "Europe/Berlin")
    assert moment_at(local, "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_at(local, "Europe/Berlin", fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert not is_repeated(local - timedelta(hours=1), "Europe/Berlin")


@pytest.mark.parametrize(
    "zone", ["", "Middle/Earth", "../../etc/passwd", "/etc/localtime", "Europe", "x\x00"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(Invalid, match="no time zone"):
        zone_named(zone)


def test_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid, match="outside of the calendar"):
        moment_at(wall("9999-12-31 23:00"), "America/New_York")


@given(
    st.datetimes(wall("2000-01-01 00:00"), wall("2060-01-01 00:00")),
    st.sampled_from(
        ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"]
    ),
)
def test_every_moment_comes_back_from_the_wall(moment: datetime, zone: str) -> None:
    moment = moment.replace(tzinfo=UTC)

    assert moment_at(wall_time(moment, zone), zone) == moment
