"""Turns the demo's counted days into real dates and times."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from web.demo.content.shape import DemoCompany, DemoSession, Slot

SATURDAY = 5
DAY_AFTER_ALL_OTHERS = 40


def date_of(day: int, first: date) -> date:
    """The date of a counted day: 0 is `first`, 1 the day after, whatever weekdays these are.

    Later days skip Saturdays and Sundays, so that two different days never fall on one date.
    """
    when = first + timedelta(days=min(day, 1))
    for _ in range(day - 1):
        when = _next_working_day(when)
    return when


def zone_of(session: DemoSession, company: DemoCompany) -> str:
    """The IANA zone in which a session's time is meant."""
    return session.zone or company.zone


def starts_at(slot: Slot, zone: str, first: date) -> datetime:
    """The moment a slot begins, aware, in its zone; never in an hour that a clock change skips."""
    return datetime.combine(date_of(slot.day, first), slot.start, tzinfo=ZoneInfo(zone))


def starts_ahead(slot: Slot, zone: str, now: datetime) -> datetime:
    """When a slot begins if the demo starts at `now` (aware).

    What would have begun already this day is held at the same time on a day on which there is nothing else,
    so that every session can be published and nobody's diary clashes.
    """
    first = now.astimezone(ZoneInfo(zone)).date()
    start = starts_at(slot, zone, first)
    if start > now:
        return start
    return starts_at(replace(slot, day=DAY_AFTER_ALL_OTHERS), zone, first)


def _next_working_day(when: date) -> date:
    following = when + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    return following
