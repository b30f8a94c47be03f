"""When a series takes place: against python-dateutil's own reading of RFC 5545, and the hard days by hand."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid
from alliance.recurrence import (
    FARTHEST,
    Rhythm,
    checked_rhythm,
    days_of,
    moment_on,
    rhythm_of,
    rule_of,
    slots_of,
)
from alliance.times import wall_time

FIRST = date(2026, 1, 6)
"""A Tuesday."""


def days(rhythm: Rhythm, first: date = FIRST, most: int = 6) -> list[str]:
    return [day.isoformat() for day in islice(days_of(rhythm, first), most)]


rhythms = st.one_of(
    st.builds(
        Rhythm,
        kind=st.just("weekly"),
        every=st.integers(1, 26),
        weekday=st.integers(0, 6),
        count=st.none() | st.integers(1, 260),
    ),
    st.builds(
        Rhythm,
        kind=st.just("weekday"),
        every=st.integers(1, 12),
        weekday=st.integers(0, 6),
        position=st.sampled_from((-1, 1, 2, 3, 4, 5)),
        until=st.none() | st.dates(date(2026, 1, 1), date(2031, 1, 1)),
    ),
    st.builds(
        Rhythm,
        kind=st.just("day"),
        every=st.integers(1, 12),
        day=st.just(-1) | st.integers(1, 31),
        count=st.none() | st.integers(1, 60),
    ),
)


@given(rhythms)
def test_a_rule_is_read_as_it_was_written(rhythm: Rhythm) -> None:
    assert rhythm_of(rule_of(rhythm)) == rhythm


@given(rhythms, st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_days_are_those_that_dateutil_finds_in_the_text_of_the_rule(rhythm: Rhythm, first: date) -> None:
    begins = datetime.combine(first, time())
    expected = [
        moment.date()
        for moment in islice(rrulestr(rule_of(rhythm), dtstart=begins), 300)
        if moment <= begins + FARTHEST
    ]

    assert list(islice(days_of(rhythm, first), 300)) == expected


@given(rhythms, st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_days_rise_and_end(rhythm: Rhythm, first: date) -> None:
    found = list(days_of(rhythm, first))

    assert found == sorted(set(found))
    assert all(first <= day <= first + FARTHEST for day in found)


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (Rhythm(kind="weekly", weekday=1, every=2), ["2026-01-06", "2026-01-20", "2026-02-03"]),
        (Rhythm(kind="weekday", weekday=1, position=2), ["2026-01-13", "2026-02-10", "2026-03-10"]),
        (Rhythm(kind="weekday", weekday=4, position=-1), ["2026-01-30", "2026-02-27", "2026-03-27"]),
        # Months without a fifth Monday are left out (RFC 5545 section 3.3.10).
        (Rhythm(kind="weekday", weekday=0, position=5), ["2026-03-30", "2026-06-29", "2026-08-31"]),
        (Rhythm(kind="day", day=31), ["2026-01-31", "2026-03-31", "2026-05-31"]),
        (Rhythm(kind="day", day=30), ["2026-01-30", "2026-03-30", "2026-04-30"]),
        (Rhythm(kind="day", day=29), ["2026-01-29", "2026-03-29", "2026-04-29"]),
        (Rhythm(kind="day", day=-1), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Rhythm(kind="day", day=15, every=6), ["2026-01-15", "2026-07-15", "2027-01-15"]),
    ],
)
def test_hard_months(rhythm: Rhythm, expected: list[str]) -> None:
    assert days(rhythm, most=3) == expected


def test_the_29th_of_february_comes_back_in_a_leap_year() -> None:
    every_month, every_year = Rhythm(kind="day", day=29), Rhythm(kind="day", day=29, every=12)

    assert days(every_month, date(2028, 1, 29), 3) == ["2028-01-29", "2028-02-29", "2028-03-29"]
    assert days(every_year, date(2028, 2, 29)) == ["2028-02-29", "2032-02-29"]


def test_the_last_day_counts_and_so_does_the_number_of_dates() -> None:
    until = Rhythm(kind="weekly", weekday=1, until=date(2026, 1, 20))

    assert days(until) == ["2026-01-06", "2026-01-13", "2026-01-20"]
    assert days(Rhythm(kind="weekly", weekday=1, count=2)) == ["2026-01-06", "2026-01-13"]


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        # Clocks in Berlin go from 2:00 to 3:00 on 29 March and from 3:00 to 2:00 on 25 October 2026.
        ("Europe/Berlin", "2026-03-28", "16:00", "2026-03-28T15:00"),
        ("Europe/Berlin", "2026-03-29", "16:00", "2026-03-29T14:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),  # a gap: 3:30 is shown
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # twice: the first round
        ("Asia/Kathmandu", "2026-03-29", "16:00", "2026-03-29T10:15"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),  # half an hour is skipped
        ("Pacific/Apia", "2026-03-29", "09:00", "2026-03-28T20:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
    ],
)
def test_clock_changes(zone: str, day: str, clock: str, expected: str) -> None:
    moment = moment_on(date.fromisoformat(day), time.fromisoformat(clock), zone)

    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(
    rhythms,
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.sampled_from(("Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
)
def test_the_clock_on_the_wall_shows_the_same_all_year(
    rhythm: Rhythm, first: date, zone: str, clock: time
) -> None:
    for slot in islice(slots_of(rhythm, first, clock, zone), 30):
        shown = wall_time(slot.starts_at, zone)
        # Where the hour is skipped it is later by as much as is skipped: never more than an hour.
        late = shown.replace(fold=0) - datetime.combine(slot.day, clock)
        assert late in (timedelta(), timedelta(minutes=30), timedelta(hours=1))
        if late:
            assert moment_on(slot.day, clock, zone) - timedelta(hours=2) < slot.starts_at


def test_dates_are_left_out_and_moved_and_keep_their_number() -> None:
    rhythm = Rhythm(kind="weekly", weekday=1)
    exceptions = {"2026-01-13": "", "2026-01-20": "2026-01-21T09:30", "2026-01-14": ""}

    found = list(islice(slots_of(rhythm, FIRST, time(16), "Europe/Berlin", exceptions), 3))

    assert [(slot.day.isoformat(), slot.starts_at.isoformat(), slot.number) for slot in found] == [
        ("2026-01-06", "2026-01-06T15:00:00+00:00", 0),
        ("2026-01-20", "2026-01-21T08:30:00+00:00", 2),
        ("2026-01-27", "2026-01-27T15:00:00+00:00", 3),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        *(
            "",
            "FREQ=DAILY",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;BYDAY=MO,TU",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=SECONDLY",
        ),
        *("FREQ=WEEKLY;BYDAY=MO;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=99;BYDAY=MO", "FREQ=MONTHLY;BYDAY=6MO"),
        *("FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-2", "FREQ=MONTHLY;BYMONTHDAY=0"),
        *("FREQ=WEEKLY;BYDAY=MO;COUNT=261", "FREQ=WEEKLY;BYDAY=MO;COUNT=0", "FREQ=WEEKLY;BYDAY=MO;COUNT=-3"),
        *("FREQ=WEEKLY;BYDAY=MO;COUNT=3;UNTIL=20261231", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261331"),
        *("FREQ=WEEKLY;BYDAY=MO;BYSECOND=1", "freq=weekly;byday=mo", "BYDAY=MO;FREQ=WEEKLY", "A" * 100_000),
        *("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231T160000Z", "FREQ=WEEKLY;BYDAY=MO;COUNT=٣", "\n"),
    ],
)
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        rhythm_of(rule)


@given(st.text(max_size=200) | st.from_regex(r"FREQ=(WEEKLY|MONTHLY)(;[A-Z]+=[-A-Z0-9,]{1,8}){1,5}"))
def test_nothing_that_is_no_rule_does_more_than_be_refused(text: str) -> None:
    try:
        rhythm = rhythm_of(text)
    except Invalid:
        return
    assert rule_of(checked_rhythm(rhythm)) == text
