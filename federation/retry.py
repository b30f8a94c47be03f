"""When to try again, as pure functions of how often it failed."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# A partner that restarts is back within seconds; one that stays away costs one attempt a minute, and after
# an hour of that less and less.
_FIRST_SECONDS = (2, 10)
_SHORTEST = 0.5
_MINUTE = 60
_HOUR = 3600
_JITTER = 0.25
MOST_RETRY_AFTER = timedelta(days=1)


def pause(failures: int, luck: float) -> timedelta:
    """How long to leave alone what failed `failures` times in a row (at least 1).

    `luck` from 0 to 1 adds up to a quarter, so that what failed together is not retried together. Never
    shorter than the pause before it, and from the third failure on at least a minute.
    """
    if failures <= len(_FIRST_SECONDS):
        seconds: float = _FIRST_SECONDS[max(failures, 1) - 1]
    elif failures <= _MINUTE:
        seconds = _MINUTE
    else:
        seconds = min(_MINUTE * 1.5 ** min(failures - _MINUTE, 20), _HOUR)
    return timedelta(seconds=seconds * (1 + _JITTER * min(max(luck, 0.0), 1.0)))


def silence_pause(silent: timedelta, luck: float) -> timedelta:
    """How long to leave alone a host whose connections have broken for `silent` (0 for the first time).

    A quarter of that: one mishap on a line that works costs half a second, a restart a few. After four
    minutes it is an attempt a minute, after an hour of silence one in a sixtieth of the time, at least one
    an hour. `luck` from 0 to 1 adds up to a quarter.
    """
    seconds = max(silent.total_seconds(), 0.0)
    wait = max(min(seconds / 4, _MINUTE), min(seconds / _MINUTE, _HOUR), _SHORTEST)
    return timedelta(seconds=wait * (1 + _JITTER * min(max(luck, 0.0), 1.0)))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), at most a day.

    None when there is none or it can't be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), MOST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment - now, timedelta(0)), MOST_RETRY_AFTER)
