"""Calendar files (RFC 5545) of entries: one VEVENT each.

Times carry an IANA zone with a VTIMEZONE trimmed to the years in question; there is no RRULE, each date of a
series is a session of its own. `icalendar` escapes, folds at 75 octets and ends lines with CRLF.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from web.feeds.entries import Entry

PRODUCT = "-//Alliance//Alliance//EN"


def event_of(entry: Entry, stamp: datetime | None = None) -> Event:
    """The VEVENT. `stamp` is the moment at which a message is made; in files it is the last change."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", (stamp or entry.updated_at).astimezone(UTC).replace(microsecond=0))
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("dtstart", _local(entry.starts_at, entry.zone))
    event.add("dtend", _local(entry.ends_at, entry.zone))
    event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.status == "CANCELLED" else "OPAQUE")
    if entry.categories:
        event.add("categories", entry.categories)
    if entry.published_at is not None:
        event.add("created", entry.published_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", entry.updated_at.astimezone(UTC).replace(microsecond=0))
    return event


def calendar_of(events: Iterable[tuple[Entry, Event]], *, method: str | None = None, name: str = "") -> bytes:
    """The file: VCALENDAR with the zones that its events need. `method` makes it a message (RFC 5546)."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    days: list[date] = []
    for entry, event in events:
        calendar.add_component(event)
        days += [entry.starts_at.date(), entry.ends_at.date()]
    if days:
        _add_zones(calendar, date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1))
    return bytes(calendar.to_ical())


def _add_zones(calendar: Calendar, first: date, last: date) -> None:
    calendar.add_missing_timezones(first_date=first, last_date=last)
    for zone in calendar.timezones:
        zone.pop("comment", None)


def _local(moment: datetime, zone: str) -> datetime:
    there = UTC if zone in ("UTC", "Etc/UTC") else ZoneInfo(zone)
    return moment.astimezone(there).replace(microsecond=0)
