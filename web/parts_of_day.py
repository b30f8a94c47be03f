"""Mornings and evenings where the reader is, as minutes of the day in UTC between changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from alliance.queries.session_filters import PartOfDay

_DAY = 24 * 60
# How far lists look: sessions are planned two years ahead at most, and older ones are rarely looked for.
_AHEAD, _BACK = timedelta(days=735), timedelta(days=6 * 366)


# First minute, and the one after the last.
PARTS_OF_DAY = {
    "morning": (0, 12 * 60),
    "midday": (11 * 60, 14 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, _DAY),
}
PART_LABELS = {
    "morning": "Morning, before 12",
    "midday": "Midday, 11 to 14",
    "afternoon": "Afternoon, 12 to 17",
    "evening": "Evening, from 17",
}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


@lru_cache(maxsize=256)
def parts_of_day(name: str, zone: ZoneInfo, today: date, *, past: bool) -> tuple[PartOfDay, ...]:
    """One part for each time between two changes of the clocks, over all that a list can show."""
    first, last = PARTS_OF_DAY[name]
    here = datetime.combine(today, time(12), UTC)
    since, until = (
        (here - _BACK, here + timedelta(days=2)) if past else (here - timedelta(days=5), here + _AHEAD)
    )
    return tuple(
        PartOfDay(begins, ends, (first - offset) % _DAY, (last - offset) % _DAY)
        for begins, ends, offset in _offsets(zone, since, until)
    )


def _offsets(zone: ZoneInfo, since: datetime, until: datetime) -> list[tuple[datetime, datetime, int]]:
    """From when to when the clocks there are ahead of UTC by so many minutes."""
    changes = [since]
    day = since
    while day < until:
        following = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, following):
            changes.append(_change(zone, day, following))
        day = following
    return [
        (begins, ends, _offset(zone, begins))
        for begins, ends in zip(changes, [*changes[1:], until], strict=True)
    ]


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute at which the clocks change between the two."""
    minutes = (after - before) // timedelta(minutes=1)
    low, high = 0, minutes
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(zone, before + timedelta(minutes=middle)) == _offset(zone, before)
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(minutes=high)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    ahead = moment.astimezone(zone).utcoffset() or timedelta()
    return int(ahead.total_seconds() // 60)
