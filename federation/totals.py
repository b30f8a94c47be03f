"""How many there are of something, for collections that say so to whoever asks."""

import time
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

COUNTED_EACH_TIME = 1_000
"""As many are counted anew for everybody; that is quick."""
REMEMBERED_SECONDS = 60.0
_Remembered = dict[Hashable, tuple[float, int]]
_MOST_REMEMBERED = 1_000


async def total_of(
    db: AsyncSession, what: Hashable, found: Select[Any], *, clock: Callable[[], float] = time.monotonic
) -> int:
    """How many rows `found` has, exactly; above a thousand as it was within the last minute.

    `what` names the question and whoever it is asked for; `clock` tells seconds. One query for few, none
    or two for many.
    """
    known = _known().setdefault(db.get_bind().engine, {})
    until, total = known.get(what, (0.0, 0))
    if clock() < until:
        return total
    few = found.limit(COUNTED_EACH_TIME + 1).subquery()
    total = await db.scalar(select(func.count()).select_from(few)) or 0
    if total <= COUNTED_EACH_TIME:
        return total
    total = await db.scalar(select(func.count()).select_from(found.subquery())) or 0
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[what] = (clock() + REMEMBERED_SECONDS, total)
    return total


@cache
def _known() -> WeakKeyDictionary[Any, _Remembered]:
    """By engine: several instances may live in one process."""
    return WeakKeyDictionary()
