"""Keeps entities that were made, as long as what they were made of is still the same."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

Made = TypeVar("Made")
MANY = 1_000
"""So many statuses take longer to count than everything else that is said of an account."""
_MOST_COUNTED = 2_000
MOST_KEPT = 400
"""Some 13 kB each; what is asked for again is among the newest few hundred."""


class Many:
    """How much those said who said much, by account: the hour in which it was counted, the newest, how much.

    Of what colleagues may see alone: what strangers are told never waits.
    """

    def __init__(self) -> None:
        self._counted: dict[int, tuple[datetime, int | None, int]] = {}

    def of(self, ids: Iterable[int], hour: datetime) -> dict[int, tuple[int | None, int]]:
        """The newest and how much, of those that were counted in this hour."""
        known = ((number, self._counted.get(number)) for number in ids)
        return {number: row[1:] for number, row in known if row is not None and row[0] == hour}

    def note(self, number: int, hour: datetime, newest: int | None, count: int) -> None:
        """Remembers a large count, and forgets it if it is no longer large."""
        self._counted.pop(number, None)
        if count < MANY:
            return
        if len(self._counted) >= _MOST_COUNTED:
            self._counted.clear()
        self._counted[number] = hour, newest, count


class Kept:
    """Entities by name, each beside what it was made of.

    Nothing is ever told to forget: whoever asks brings what the database says now, and gets what was made of
    exactly that. So nothing old is shown, and nothing that was not just read for this very viewer; but for
    `many`, how much a large account said.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self.many = Many()
        self._made: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}

    def get(self, name: tuple[Any, ...], source: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """The entity of that name made of `source`; to be read, never changed."""
        found: Made | None = self.find(name, source)
        return self.put(name, source, make()) if found is None else found

    def put(self, name: tuple[Any, ...], source: tuple[Any, ...], entity: Made) -> Made:
        """Keeps an entity; the one before stays if it is equal, so that what was made of it is found."""
        if len(self._made) >= self._most:
            self._forget_oldest()
        before = self._made.pop(name, None)
        if before is not None and before[1] == entity:
            entity = before[1]
        self._made[name] = (source, entity)
        return entity

    def find(self, name: tuple[Any, ...], source: tuple[Any, ...]) -> Any | None:
        """The same if it is there."""
        found = self._made.get(name)
        return found[1] if found is not None and found[0] == source else None

    def _forget_oldest(self) -> None:
        # Another thread may be at it as well.
        for name in list(self._made)[: self._most // 4]:
            self._made.pop(name, None)
