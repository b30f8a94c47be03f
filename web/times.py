"""Times as people read them: in their zone, their language, 24 hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

from web.texts import Texts

_DAY = {"de": "d. MMMM", "en": "d MMMM"}
_DAY_WITH_YEAR = {"de": "d. MMMM y", "en": "d MMMM y"}
_WEEKDAY = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}
_SHORT = {"de": "EE d.M.", "en": "EE d MMM"}
_FORMATS = {"de": "de", "en": "en_GB"}


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=_FORMATS[language])


@lru_cache(maxsize=1024)
def _city(zone: str, language: str) -> str:
    if zone in {"UTC", "Etc/UTC", "Etc/GMT", "GMT"}:
        return "UTC"
    try:
        return str(get_timezone_location(zone, locale=_FORMATS[language], return_city=True))
    except (LookupError, ValueError):
        return zone


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, the zone, and the moment at which it is read (aware)."""

    texts: Texts
    zone: ZoneInfo
    now: datetime

    @property
    def language(self) -> str:
        """The code of the reader's language, one of web.texts.LANGUAGES."""
        return self.texts.language

    @cached_property
    def today(self) -> date:
        """The date where the reader is."""
        return self.now.astimezone(self.zone).date()

    def here(self, moment: datetime) -> datetime:
        """A moment in the reader's zone."""
        return moment.astimezone(self.zone)

    def clock(self, moment: datetime) -> str:
        """The time of day: "16:00"."""
        here = self.here(moment)
        return f"{here.hour:02}:{here.minute:02}"

    def span(self, start: datetime, end: datetime) -> str:
        """From when to when: "12:30–13:00"; with the date of the end where that is another day."""
        if self.here(start).date() == self.here(end).date():
            return f"{self.clock(start)}–{self.clock(end)}"
        return f"{self.clock(start)} – {self.short_day(self.here(end).date())} {self.clock(end)}"

    def span_in(self, zone: str, start: datetime, end: datetime) -> str | None:
        """The same span in another zone with its city, or None where the clocks agree."""
        there = Reader(self.texts, ZoneInfo(zone), self.now)
        if start.astimezone(there.zone).utcoffset() == self.here(start).utcoffset():
            return None
        span = there.span(start, end)
        if there.here(start).date() != self.here(start).date():
            span = f"{there.short_day(there.here(start).date())} {span}"
        return self.texts.gettext("%(span)s in %(city)s", span=span, city=self.city(zone))

    def start_in(self, zone: str, start: datetime) -> str | None:
        """The start in another zone with its city, in few letters; None where the clocks agree."""
        there = Reader(self.texts, ZoneInfo(zone), self.now)
        if there.here(start).utcoffset() == self.here(start).utcoffset():
            return None
        return f"{there.clock(start)} {self.city(zone)}"

    def city(self, zone: str) -> str:
        """The city that stands for a zone: "Berlin", "Lissabon"."""
        return _city(zone, self.language)

    def day_name(self, day: date) -> str:
        """What the heading of a day says first: "Heute", "Morgen", "Samstag"."""
        if day == self.today:
            return self.texts.gettext("Today")
        if day == self.today + timedelta(days=1):
            return self.texts.gettext("Tomorrow")
        return _formatted(day, "EEEE", self.language)

    def day_detail(self, day: date) -> str:
        """What the heading of a day says next: "Donnerstag, 10. September" or "12. September"."""
        if self.today <= day <= self.today + timedelta(days=1):
            return _formatted(day, _WEEKDAY[self.language], self.language)
        return self.date_of(day)

    def date_of(self, day: date) -> str:
        """A date: "10. September", with the year where it isn't this one."""
        pattern = _DAY if day.year == self.today.year else _DAY_WITH_YEAR
        return _formatted(day, pattern[self.language], self.language)

    def weekday(self, day: date) -> str:
        """The whole name of a day of the week: "Donnerstag"."""
        return _formatted(day, "EEEE", self.language)

    def month_name(self, day: date) -> str:
        """The month with its year: "Dezember 2026"."""
        return _formatted(day.replace(day=1), "LLLL y", self.language)

    def short_month(self, day: date) -> str:
        """The month in three letters: "Dez"."""
        return _formatted(day.replace(day=1), "LLL", self.language)[:3]

    def short_day(self, day: date) -> str:
        """A date in a few letters: "Do 10.9."."""
        return _formatted(day, _SHORT[self.language], self.language)

    def day(self, moment: datetime) -> str:
        """The day of a moment within a sentence: "Heute", "Morgen", "Samstag, 12. September"."""
        day = self.here(moment).date()
        if self.today <= day <= self.today + timedelta(days=1):
            return self.day_name(day)
        return f"{self.day_name(day)}, {self.date_of(day)}"

    def since(self, moment: datetime) -> str:
        """When something began, for "since ...": "10:02" or "8. September, 10:02"."""
        day = self.here(moment).date()
        return self.clock(moment) if day == self.today else f"{self.date_of(day)}, {self.clock(moment)}"

    def length(self, start: datetime, end: datetime) -> str:
        """How long: "45 min", "90 min", "3 h", "2 days"."""
        minutes = round((end - start).total_seconds() / 60)
        if minutes < 120:
            return self.texts.gettext("%(minutes)s min", minutes=minutes)
        hours, rest = divmod(minutes, 60)
        if hours >= 24:
            return self.texts.ngettext("%(num)s day", "%(num)s days", -(-hours // 24))
        if rest:
            return self.texts.gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        return self.texts.gettext("%(hours)s h", hours=hours)
