"""Reads a calendar file (RFC 5545) as Outlook, Teams, Google and Zoom write them."""

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.timezone import tzp

from alliance.invitations.invitation import Invitation
from alliance.invitations.links import addresses_in, is_usable, meeting_link_in, other_link_in, provider_of
from alliance.invitations.moments import bounded
from alliance.invitations.places import place_without_meeting
from alliance.invitations.trimming import public_text
from alliance.invitations.zones import zone_of_tzid
from alliance.text import clean_line, plain_text

_MOST_LINES = 4000
_MOST_EVENTS = 50
_FRAMES = {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
_LINKS = (
    *("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK"),
    *("X-MICROSOFT-ONLINEMEETINGCONFLINK", "CONFERENCE", "LOCATION", "URL"),
)
_READ = {
    *("DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "RRULE", "RDATE", "STATUS"),
    *("METHOD", "RECURRENCE-ID", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "VERSION", "PRODID", "UID"),
    *("X-MICROSOFT-CDO-ALLDAYEVENT", *_LINKS),
}
_MARKUP = re.compile(r"<(?:br|p|div|span|a|html|body|ul|li|b)\b[^>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(r"href=[\"']?(https://[^\"'\s>]{1,3000})", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:(?:canceled|cancelled|abgesagt|fw|wg|fwd|aw|re)\s*:\s*)+", re.IGNORECASE)
# What icalendar raises for what is no calendar; a file of strangers has many ways to be wrong.
_WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, AssertionError)


def read_calendar(text: str, now: datetime, zone: str) -> Invitation | None:
    """The first date of what a calendar file invites to; None when there is no event in it to read."""
    try:
        with warnings.catch_warnings():
            # icalendar warns of what it had to guess; whoever reads the form sees it.
            warnings.simplefilter("ignore")
            # A zone that one file defines is kept by icalendar under its name, for every later file too.
            tzp.use_default()
            calendar = Calendar.from_ical("\r\n".join(_wanted_lines(text)))
        events = [part for part in calendar.walk("VEVENT") if isinstance(part, Event)][:_MOST_EVENTS]
        if not events:
            return None
        return _invitation(calendar, events, zone)
    except _WRONG:
        return None


def _wanted_lines(text: str) -> Iterator[str]:
    """The lines that are read, unfolded; frames that are not known are left out with what is in them."""
    begin = text.upper().find("BEGIN:VCALENDAR")
    lines = re.sub(r"\r?\n[ \t]", "", text[begin:]).splitlines()
    foreign, kept = 0, 0
    for line in lines:
        name, _, value = line.partition(":")
        name, frame = name.partition(";")[0].strip().upper(), value.strip().upper()
        if name in ("BEGIN", "END"):
            known = frame in _FRAMES
            foreign += 0 if known else (1 if name == "BEGIN" else -1)
            wanted = known and foreign <= 0
        else:
            wanted = name in _READ and foreign <= 0
        if wanted:
            kept += 1
            yield line
        if (name, frame) == ("END", "VCALENDAR") or kept >= _MOST_LINES:
            return


def _invitation(calendar: Calendar, events: list[Event], reader: str) -> Invitation:
    masters = [event for event in events if "RECURRENCE-ID" not in event]
    event = (masters or events)[0]
    remarks: set[str] = set()
    if "RRULE" in event or "RDATE" in event:
        remarks.add("recurring")
    if len({str(other.get("UID", "")) for other in events}) > 1:
        remarks.add("several")
    if "CANCEL" in (str(calendar.get("METHOD", "")).upper(), str(event.get("STATUS", "")).upper()[:6]):
        remarks.add("cancelled")
    text, link = _texts(event)
    day, start, end, zone, said = _when(event, reader)
    return Invitation(
        title=clean_line(_PREFIX.sub("", _plain(event.get("SUMMARY", ""))), 200),
        description=public_text(text, link),
        starts_at=start,
        ends_at=end,
        day=day,
        timezone=zone,
        meeting_link=link,
        provider=provider_of(link) if link else "",
        place_name=place_without_meeting(_plain(event.get("LOCATION", ""))),
        remarks=frozenset(remarks | said),
    )


def _plain(value: object) -> str:
    """A property as text; of several the first."""
    return str(value[0] if isinstance(value, list) and value else value)[:50_000]


def _unescaped(text: str) -> str:
    """A text of a property that icalendar does not know (RFC 5545 3.3.11)."""
    return text.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")


def _texts(event: Event) -> tuple[str, str]:
    """The description as plain text, and the meeting link."""
    described, html = _plain(event.get("DESCRIPTION", "")), _unescaped(_plain(event.get("X-ALT-DESC", "")))
    fields = [_plain(event.get(name, "")) for name in _LINKS]
    hrefs = " ".join(_HREF.findall(f"{described} {html}")[:200])
    link = meeting_link_in(*fields, described, hrefs, html) or other_link_in(*fields)
    if not link and not place_without_meeting(_plain(event.get("LOCATION", ""))):
        link = next((url for url in addresses_in(described) if is_usable(url) and other_link_in(url)), "")
    if _MARKUP.search(described):
        described = plain_text(described)
    return (described if described.strip() else plain_text(html)), link


def _when(event: Event, reader: str) -> tuple[date | None, datetime | None, datetime | None, str, set[str]]:
    start, tzid = _read(event, "DTSTART"), _tzid(event)
    if not isinstance(start, datetime):
        day = start if isinstance(start, date) else None
        return day, None, None, reader, {"all_day"} if day else set()
    zone = zone_of_tzid(tzid)
    ends = _end(event, start)
    said = {"unknown_zone"} if start.tzinfo is None and tzid and not zone else set()
    first, last = (_moment(moment, zone or reader) if moment else None for moment in (start, ends))
    if first is None:
        return start.date(), None, None, reader, {"all_day"}
    if str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        return start.date(), None, None, reader, {"all_day"}
    first, last, more = bounded(first, last)
    # An event in UTC is told in the zone of whoever reads it.
    told = zone if zone and zone != "UTC" else reader
    return first.astimezone(ZoneInfo(told)).date(), first, last, told, said | more


def _read(event: Event, name: str) -> object:
    """The value of a date, a time or a length; None when there is none, or several."""
    return getattr(event.get(name), "dt", None)


def _tzid(event: Event) -> str:
    parameters = getattr(event.get("DTSTART"), "params", {})
    return str(parameters.get("TZID", ""))


def _end(event: Event, start: datetime) -> datetime | None:
    end, length = _read(event, "DTEND"), _read(event, "DURATION")
    if isinstance(end, datetime):
        return end if (end.tzinfo is None) == (start.tzinfo is None) else None
    return start + length if isinstance(length, timedelta) else None


def _moment(moment: datetime, zone: str) -> datetime | None:
    """In UTC; a time that floats is meant in `zone`. None outside of the calendar."""
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
