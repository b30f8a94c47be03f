"""Finds the time zone that an invitation means: IANA names, names of Windows, labels, abbreviations."""

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from alliance.times import is_zone

_IANA = re.compile(
    r"\b(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)"
    r"/[A-Za-z]+(?:[_/+-][A-Za-z0-9]+){0,5}"
)
_LABEL = re.compile(r"\(?(?:UTC|GMT)\s?(?P<sign>[+\-−])(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?!\d)\)?")
_WORD = re.compile(r"[^\W\d_]+(?:[ .'’-][^\W\d_]+){0,3}")
# How Google, Outlook and people call zones that Windows has no such name for.
_SPOKEN = {
    "mitteleuropäische sommerzeit": "Europe/Berlin",
    "mitteleuropäische normalzeit": "Europe/Berlin",
    "mitteleuropäische zeit": "Europe/Berlin",
    "mitteleuropäische standardzeit": "Europe/Berlin",
    "central european summer time": "Europe/Berlin",
    "central european time": "Europe/Berlin",
    "europe summer time": "Europe/Berlin",
    "westeuropäische zeit": "Europe/Lisbon",
    "westeuropäische sommerzeit": "Europe/Lisbon",
    "osteuropäische zeit": "Europe/Athens",
    "osteuropäische sommerzeit": "Europe/Athens",
    "british summer time": "Europe/London",
    "greenwich mean time": "Europe/London",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "india standard time": "Asia/Kolkata",
    "japan standard time": "Asia/Tokyo",
    "coordinated universal time": "UTC",
    "koordinierte weltzeit": "UTC",
}
_SHORT = {
    **dict.fromkeys(("MEZ", "MESZ", "CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST", "OEZ", "OESZ"), "Europe/Athens"),
    **dict.fromkeys(("BST", "WEST"), "Europe/London"),
    **dict.fromkeys(("EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("UTC", "GMT", "Z"), "UTC"),
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "SGT": "Asia/Singapore",
}
_SHORT_NAME = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b(?!\s?[+\-−]\d)")
_US_NAME = re.compile(r"(?<=[ap]m )(?P<name>ET|CT|MT|PT)\b", re.IGNORECASE)
_US = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
# CLDR keeps the first name that a zone had; people know the one of today.
_TODAY = {
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Godthab": "America/Nuuk",
    "Etc/UTC": "UTC",
}
# German names of cities that stand in labels such as "(UTC+01:00) Amsterdam, Berlin, Bern, Rom".
_CITIES_IN_GERMAN = {
    "rom": "Europe/Rome", "wien": "Europe/Vienna", "brüssel": "Europe/Brussels", "zürich": "Europe/Zurich",
    "kopenhagen": "Europe/Copenhagen", "warschau": "Europe/Warsaw", "prag": "Europe/Prague",
    "lissabon": "Europe/Lisbon", "athen": "Europe/Athens", "bukarest": "Europe/Bucharest",
    "moskau": "Europe/Moscow", "kairo": "Africa/Cairo", "tokio": "Asia/Tokyo", "singapur": "Asia/Singapore",
    "edinburgh": "Europe/London", "mumbai": "Asia/Kolkata", "chennai": "Asia/Kolkata",
    "neu-delhi": "Asia/Kolkata", "new delhi": "Asia/Kolkata", "bern": "Europe/Zurich",
    "frankfurt": "Europe/Berlin", "hamburg": "Europe/Berlin", "münchen": "Europe/Berlin",
}  # fmt: skip


def zone_of_tzid(tzid: str) -> str:
    """The IANA zone that a TZID of a calendar file means (RFC 5545 3.2.19); empty when it names none.

    Understands names of Windows (CLDR windowsZones, through icalendar), the prefixes of Evolution and of
    Mozilla (`/freeassociation.sourceforge.net/Europe/Berlin`), and what Outlook writes for UTC.
    """
    name = tzid.strip().strip('"')[:200]
    if name.casefold() in ("tzone://microsoft/utc", "utc", "z", "etc/utc", "gmt"):
        return "UTC"
    if is_zone(name):
        return name
    if found := _windows_name(name):
        return found
    if (match := _IANA.search(name)) and is_zone(match[0]):
        return match[0]
    return zone_in(name, None, "")


def zone_in(text: str, at: datetime | None, reader: str) -> str:
    """The IANA zone that `text` names beside a time `at` (naive); empty when it names none.

    Where only an offset is told, the reader's own zone is meant if it fits, in summer also when it fits in
    winter: Windows labels zones by their offset in winter.
    """
    if (match := _IANA.search(text)) and is_zone(match[0]):
        return match[0]
    return (
        _windows_name(text) or _spoken_name(text) or _labelled(text, at, reader) or _short(text, at, reader)
    )


def is_label(text: str) -> bool:
    """Whether a text speaks of a zone at all, so that not having understood it has to be said."""
    return bool(_LABEL.search(text))


def without_labels(text: str) -> str:
    """The text without offsets, which look like times: "16:00 (UTC+01:00)" has one time in it."""
    return _LABEL.sub(" ", text)


def _windows_name(text: str) -> str:
    folded = " ".join(text.casefold().replace("daylight time", "standard time").split())
    found = next((_windows()[zone] for name, zone in _windows_names() if name in folded), "")
    return _TODAY.get(found, found)


@cache
def _windows() -> dict[str, str]:
    """Zones by the names that Windows has for them."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON


@cache
def _windows_names() -> tuple[tuple[str, str], ...]:
    # Longest first: "W. Central Africa Standard Time" before "Africa Standard Time". "UTC" is told below.
    names = (name for name in _windows() if " " in name and is_zone(_windows()[name]))
    return tuple((name.casefold(), name) for name in sorted(names, key=len, reverse=True))


def _spoken_name(text: str) -> str:
    folded = " ".join(text.casefold().split())
    return next((zone for name, zone in _SPOKEN.items() if name in folded), "")


def _labelled(text: str, at: datetime | None, reader: str) -> str:
    """A zone by the cities in its label, by preference the one for which Windows shows them, or by offset."""
    words = [part for word in _WORD.findall(text)[:40] for part in (word, *word.split())]
    cities = [zone for word in words if (zone := _cities().get(word.casefold()))]
    if reader in cities:
        return reader
    windows = set(_windows().values())
    if cities:
        return next((zone for zone in cities if zone in windows), cities[0])
    match = _LABEL.search(text)
    return _by_offset(match, at, reader) if match else ""


@cache
def _cities() -> dict[str, str]:
    """Zones by the city that stands for them, in the names of CLDR and in German."""
    named = {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in _zones_with_cities()}
    return named | _CITIES_IN_GERMAN


@cache
def _zones_with_cities() -> tuple[str, ...]:
    europe = (
        *("Amsterdam", "Athens", "Belgrade", "Berlin", "Bratislava", "Brussels", "Bucharest", "Budapest"),
        *("Copenhagen", "Dublin", "Helsinki", "Istanbul", "Kyiv", "Lisbon", "Ljubljana", "London"),
        *("Luxembourg", "Madrid", "Moscow", "Oslo", "Paris", "Prague", "Riga", "Rome", "Sofia"),
        *("Stockholm", "Tallinn", "Vienna", "Vilnius", "Warsaw", "Zagreb", "Zurich"),
    )
    elsewhere = (zone for zone in _windows().values() if not zone.startswith("Etc/") and is_zone(zone))
    return (*(f"Europe/{city}" for city in europe), *elsewhere)


def _by_offset(match: re.Match[str], at: datetime | None, reader: str) -> str:
    minutes = int(match["h"]) * 60 + int(match["m"] or 0)
    offset = timedelta(minutes=minutes if match["sign"] == "+" else -minutes)
    if is_zone(reader) and offset in _offsets(reader, at):
        return reader
    if minutes == 0:
        return "UTC"
    # Etc/GMT-2 lies two hours east: its sign is that of POSIX.
    fixed = f"Etc/GMT{'-' if match['sign'] == '+' else '+'}{int(match['h'])}"
    return fixed if minutes % 60 == 0 and is_zone(fixed) else ""


def _offsets(zone: str, at: datetime | None) -> set[timedelta | None]:
    """What clocks there are ahead of UTC at that time and in winter."""
    if at is None:
        return set()
    place = ZoneInfo(zone)
    return {place.utcoffset(at), place.utcoffset(datetime(at.year, 1, 1))}  # noqa: DTZ001 - a wall's


def _short(text: str, at: datetime | None, reader: str) -> str:
    if match := _US_NAME.search(text):
        return _US[match["name"].upper()]
    match = _SHORT_NAME.search(text)
    if not match:
        return ""
    zone = _SHORT[match[0]]
    same = at is not None and is_zone(reader) and zone != "UTC"
    return reader if same and ZoneInfo(reader).utcoffset(at) == ZoneInfo(zone).utcoffset(at) else zone
