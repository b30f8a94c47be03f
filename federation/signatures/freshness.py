"""When a signature was made: reading times, and the window in which they are accepted."""

import re
from calendar import timegm
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, rejection

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
# RFC 9110, 5.6.7 (IMF-fixdate); the obsolete forms are not sent by anybody who signs.
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)


@lru_cache(maxsize=1024)
def http_date(second: int) -> str:
    """A point in time (seconds since 1970) as the `Date` header writes it."""
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=1024)
def second_of(date: str) -> int:
    """Seconds since 1970 of a `Date` header. Raises Rejection(TIME_MALFORMED)."""
    match = _DATE.fullmatch(date)
    if match is None or match[2] not in _MONTHS:
        raise rejection(Reason.TIME_MALFORMED, date)
    day, _, year, hour, minute, second = match.groups()
    try:
        moment = datetime(
            int(year), _MONTHS[match[2]], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
    except ValueError as error:
        raise rejection(Reason.TIME_MALFORMED, date) from error
    return timegm(moment.utctimetuple())


def check_made(second: int, now: float, policy: Policy) -> None:
    """Raises Rejection when a signature made at `second` is too old or from the future at `now`."""
    if second > now + policy.future_seconds:
        raise rejection(Reason.FROM_FUTURE, f"{second - now:.0f} s ahead")
    if second < now - policy.past_seconds:
        raise rejection(Reason.TOO_OLD, f"{now - second:.0f} s old")


def check_expires(expires: float | None, now: float) -> None:
    """Raises Rejection when `expires` (seconds since 1970) has passed."""
    if expires is not None and expires < now:
        raise rejection(Reason.EXPIRED, f"{now - expires:.0f} s ago")
