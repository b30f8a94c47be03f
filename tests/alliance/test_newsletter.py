"""When the newsletter goes out, which addresses it takes, and how a full week is cut down."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid
from alliance.mail_addresses import ADDRESS_LIMIT, mail_address
from alliance.models import NewsletterPlan, Session
from alliance.newsletter import next_time, week_of
from alliance.queries.digests import spread
from alliance.times import wall_time

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "Europe/Lisbon", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "UTC")


def plan(looked_at: datetime, weekday: int = 0, hour: int = 8) -> NewsletterPlan:
    """Mondays at eight, if nothing else is said."""
    return NewsletterPlan(id=1, is_on=True, weekday=weekday, hour=hour, looked_at=looked_at)


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_it_goes_out_at_the_same_hour_before_and_after_the_clocks_change() -> None:
    before = next_time(plan(moment("2026-03-20 12:00")), BERLIN)
    after = next_time(plan(before), BERLIN)

    assert (before, after) == (moment("2026-03-23 07:00"), moment("2026-03-30 06:00"))


def test_an_hour_that_clocks_skip_is_an_hour_later() -> None:
    """RFC 5545 section 3.3.5, as for sessions."""
    sundays_at_two = plan(moment("2026-03-27 12:00"), weekday=6, hour=2)

    assert next_time(sundays_at_two, BERLIN) == moment("2026-03-29 01:00")


def test_an_hour_that_comes_twice_is_used_once() -> None:
    sundays_at_two = plan(moment("2026-10-24 12:00"), weekday=6, hour=2)
    first = next_time(sundays_at_two, BERLIN)

    assert first == moment("2026-10-25 00:00")
    assert next_time(plan(first, weekday=6, hour=2), BERLIN) == moment("2026-11-01 01:00")


LOOKED_AT = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01"))


@given(
    looked_at=LOOKED_AT,
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
)
def test_the_next_time_is_within_eight_days_on_that_day_and_hour(
    looked_at: datetime, weekday: int, hour: int, zone: str
) -> None:
    now = looked_at.replace(tzinfo=UTC)

    due = next_time(plan(now, weekday, hour), zone)

    shown = wall_time(due, zone)
    assert now < due <= now + timedelta(days=8)
    assert shown.weekday() == weekday
    assert shown.hour in (hour, (hour + 1) % 24)
    assert next_time(plan(due, weekday, hour), zone) > due + timedelta(days=6)


def test_weeks_are_those_of_the_companys_zone_and_of_iso_8601() -> None:
    assert week_of(moment("2026-03-22 23:30"), BERLIN) == "2026-W13"
    assert week_of(moment("2026-03-22 23:30"), "UTC") == "2026-W12"
    assert week_of(moment("2027-01-01 12:00"), BERLIN) == "2026-W53"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Mia@Alpenwerk.Example ", "mia@alpenwerk.example"),
        ("o'neil+lernen@b.example", "o'neil+lernen@b.example"),
        ("mia@bücher.example", "mia@xn--bcher-kva.example"),
    ],
)
def test_addresses_are_stored_as_servers_know_them(typed: str, stored: str) -> None:
    assert mail_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("", "mia", "@b.example", "mia@", "mia@localhost", "mia@127.0.0.1", "mia@[127.0.0.1]", "a@b@c"),
        *("mia@b.example\r\nBcc: all@b.example", "mia\n@b.example", "mia@b.example\0", "mia,tom@b.example"),
        *(
            "a..b@b.example",
            ".a@b.example",
            "a.@b.example",
            "mia@b..example",
            "mia@-b.example",
            '"a b"@b.example',
        ),
        *("müller@b.example", "mia@straße.example", "mia@b.example, tom@b.example", "<mia@b.example>"),
        f"{'a' * 65}@b.example",
        f"mia@{'b' * 64}.example",
        f"mia@{'b.' * 126}example",
        "ü" * 10_000 + "@" + "ü" * 10_000,
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        mail_address(typed)


@given(st.text(max_size=80))
def test_whatever_is_taken_can_stand_in_a_header(typed: str) -> None:
    try:
        address = mail_address(typed)
    except Invalid:
        return
    assert address.isascii()
    assert address.isprintable()
    assert len(address) <= ADDRESS_LIMIT
    assert not set(address) & set(' <>",;:()[]\\')


def test_a_full_monday_is_not_the_whole_week() -> None:
    monday = moment("2026-03-16 08:00")
    starts = [monday + timedelta(minutes=number) for number in range(40)]
    starts += [monday + timedelta(days=day) for day in range(1, 5)]
    sessions = [Session(id=number, starts_at=at) for number, at in enumerate(starts)]

    chosen = spread(sessions, 12)

    assert [one.starts_at.day for one in chosen] == [16] * 8 + [17, 18, 19, 20]
    assert [one.starts_at for one in chosen] == sorted(one.starts_at for one in chosen)
    assert spread(sessions, 0) == []
