"""Puts a span on the wall of a zone: from naive times to moments."""

from datetime import UTC, datetime

from alliance.drafting import LONGEST
from alliance.errors import Invalid
from alliance.invitations.invitation import Span
from alliance.natural_time import USUAL_LENGTH
from alliance.times import moment_at

# After it no time has another one behind it in every zone.
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


def placed(span: Span, named: str, reader: str) -> tuple[datetime | None, datetime | None, str, set[str]]:
    """Start and end (aware, UTC), the zone in which they are told, and what has to be said about them.

    Without a named zone the reader's own is meant.
    """
    zone = named or reader
    if span.start is None:
        return None, None, zone, set()
    try:
        start = moment_at(span.start, zone)
        end = moment_at(span.end, zone) if span.end else None
    except Invalid:
        return None, None, zone, {"all_day"}
    start, end, remarks = bounded(start, end)
    return start, end, zone, remarks


def bounded(start: datetime, end: datetime | None) -> tuple[datetime, datetime, set[str]]:
    """A start with an end that a session can have: an hour later where there is none or it makes no sense."""
    start = min(start, _LAST).astimezone(UTC)
    if end is None or end <= start:
        return start, start + USUAL_LENGTH, {"no_end"}
    if end - start > LONGEST:
        return start, start + USUAL_LENGTH, {"too_long"}
    return start, end.astimezone(UTC), set()
