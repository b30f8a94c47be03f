"""How often somebody may ask: Mastodon's limits with Mastodon's headers, counted in this process."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from web.mastodon.answers import iso

Allowance = Literal["", "media", "removal", "registration"]
"""What is counted apart, beside everything: uploads, deletions, new apps."""


@dataclass(frozen=True)
class Rate:
    """At most so many requests in windows of `period`."""

    most: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests are left until the window ends; less than none means that this one was too many."""

    most: int
    left: int
    ends: int

    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """As every limited answer tells it."""
        return (
            (b"x-ratelimit-limit", b"%d" % self.most),
            (b"x-ratelimit-remaining", b"%d" % max(self.left, 0)),
            (b"x-ratelimit-reset", _written(self.ends)),
        )


@lru_cache(8)
def _written(seconds: int) -> bytes:
    """Of a window's end, which is the same for a thousand answers."""
    return iso(datetime.fromtimestamp(seconds, UTC)).encode()


RATES: dict[str, Rate] = {
    "": Rate(300, timedelta(minutes=5)),
    "media": Rate(30, timedelta(minutes=30)),
    "removal": Rate(30, timedelta(minutes=30)),
    "registration": Rate(20, timedelta(hours=1)),
}
MOST_KEYS = 20_000


class Limits:
    """Counts per account or address; of more than 20,000 the one unheard for longest is forgotten."""

    def __init__(self, rates: dict[str, Rate] | None = None) -> None:
        self._rates = RATES if rates is None else rates
        self._windows: OrderedDict[tuple[str, str], list[int]] = OrderedDict()

    def count(self, allowance: Allowance, who: str, now: datetime) -> Count:
        """Notes one request of an account or address."""
        rate = self._rates[allowance]
        key, moment, period = (allowance, who), int(now.timestamp()), int(rate.period.total_seconds())
        begin = moment - moment % period
        window = self._windows.get(key)
        if window is None or window[0] != begin:
            window = self._windows[key] = [begin, 0]
            if len(self._windows) > MOST_KEYS:
                self._windows.popitem(last=False)
        window[1] += 1
        self._windows.move_to_end(key)
        return Count(rate.most, rate.most - window[1], begin + period)
