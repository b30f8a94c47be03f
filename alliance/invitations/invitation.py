"""What an invitation says, as far as it was understood."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

REMARKS = ("recurring", "several", "cancelled", "all_day", "no_end", "too_long", "unknown_zone")


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Empty and None stand for what was not found; nothing is guessed, and the person confirms.

    `starts_at` and `ends_at` are aware in UTC and come together; `timezone` is the IANA name of the zone in
    which the invitation tells them. An invitation for whole days has a `day` only. `provider` is whose
    meeting it is, empty for a link that we only take for one. `remarks` are words of REMARKS.
    """

    title: str = ""
    description: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    timezone: str = ""
    meeting_link: str = ""
    provider: str = ""
    place_name: str = ""
    remarks: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was found that a form could use."""
        return not (self.title or self.description or self.starts_at or self.day or self.meeting_link)


@dataclass(frozen=True, kw_only=True)
class Span:
    """When an invitation takes place, as naive times on a wall, with what was said about the zone."""

    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    remarks: frozenset[str] = frozenset()

    @property
    def length(self) -> timedelta | None:
        """None without an end."""
        return self.end - self.start if self.start and self.end else None
