"""How many requests a minute somebody may send, remembered for a bounded number of senders."""

from collections import OrderedDict
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


class Windows:
    """Counts per key in windows of a minute that begin with the first count; `most` 0 means no limit.

    With more than `keys` keys the one unheard of for longest is forgotten.
    """

    def __init__(self, most: int, *, keys: int = 10_000) -> None:
        self._most = most
        self._keys = keys
        self._windows: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, key: str, now: datetime) -> int | None:
        """Seconds until `key` may send again when it has used up its window, else None."""
        window = self._windows.get(key)
        if not self._most or window is None:
            return None
        left = window[0] + WINDOW.total_seconds() - now.timestamp()
        if left <= 0 or window[1] < self._most:
            return None
        return max(1, round(left))

    def count(self, key: str, now: datetime) -> None:
        """Notes one request of `key`."""
        if not self._most:
            return
        moment = now.timestamp()
        window = self._windows.get(key)
        if window is None or moment - window[0] >= WINDOW.total_seconds():
            self._windows[key] = [moment, 1]
        else:
            window[1] += 1
        self._windows.move_to_end(key)
        if len(self._windows) > self._keys:
            self._windows.popitem(last=False)
