"""A small memory of what was seen lately: bounded in number and in time."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from alliance.identifiers import Clock

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps at most `limit` entries for `period` each; the one used longest ago goes first."""

    def __init__(self, limit: int, period: timedelta, clock: Clock) -> None:
        self._limit = limit
        self._period = period
        self._clock = clock
        self._entries: OrderedDict[K, tuple[datetime, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value under `key`, or None when it is unknown or too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] < self._clock.now():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def put(self, key: K, value: V) -> None:
        """Remembers `value` from now on for the whole period."""
        self._entries[key] = (self._clock.now() + self._period, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Drops `key`, if it is there."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Drops everything."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
