"""Sortable identifiers, secret tokens and the clock that everything else is given."""

import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_SEQUENCE_BITS = 12
_NODE_BITS = 10
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time; tests hand in one that stands still."""

    def now(self) -> datetime:
        """The current moment, timezone-aware in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class IdentifierMint:
    """Makes 63-bit integers that sort by time: milliseconds since 2020, a random node, a sequence.

    Two mints collide only when they drew the same node (one in 1,024) and make their n-th identifier
    within the same millisecond; one mint never repeats itself, also when its clock is set back.
    """

    def __init__(self, clock: Clock, node: int | None = None) -> None:
        self._clock = clock
        self._node = secrets.randbelow(1 << _NODE_BITS) if node is None else node
        self._process = os.getpid()
        self._last = 0
        self._lock = threading.Lock()

    def new(self) -> int:
        """A fresh identifier, greater than every one this mint has made before."""
        return self.several(1)[0]

    def several(self, count: int) -> list[int]:
        """As many, each greater than the one before it; one look at the clock for all."""
        with self._lock:
            if self._process != os.getpid():
                self._process, self._node = os.getpid(), secrets.randbelow(1 << _NODE_BITS)
            tick = ((self._clock.now() - EPOCH) // _MILLISECOND) << _SEQUENCE_BITS
            first = max(tick, self._last + 1)
            self._last = first + count - 1
        return [self._written(number) for number in range(first, first + count)]

    def _written(self, number: int) -> int:
        moment, sequence = divmod(number, 1 << _SEQUENCE_BITS)
        return (((moment << _NODE_BITS) | self._node) << _SEQUENCE_BITS) | sequence


def moment_of(identifier: int) -> datetime:
    """When an identifier was made, to the millisecond, in UTC."""
    return EPOCH + (identifier >> (_NODE_BITS + _SEQUENCE_BITS)) * _MILLISECOND


def first_identifier_of(moment: datetime) -> int:
    """The smallest identifier that could be made at `moment` (aware); for keyset paging by time."""
    return ((moment - EPOCH) // _MILLISECOND) << (_NODE_BITS + _SEQUENCE_BITS)


def new_token() -> str:
    """A secret of 256 random bits, safe in URLs."""
    return secrets.token_urlsafe(32)
