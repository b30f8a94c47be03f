"""Tells workers that there is something to do: at once in this process, by NOTIFY across machines."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from alliance.facts import Fact
from alliance.unit_of_work import UnitOfWork

CHANNEL = "alliance_work"
Direction = Literal["in", "out"]
Bell = Literal["in", "out", "told"]
"""The third is for those who listen to what apps show."""


@dataclass(frozen=True)
class LanesFilled(Fact):
    """Work was added to lanes; said by whoever added it, heard by the wake-ups that wiring.py connects."""

    direction: Direction


class Wakeups:
    """One bell for each direction, and one for what apps show.

    They only make things faster: the truth is what polling finds.
    """

    def __init__(self) -> None:
        self._bells: dict[Bell, asyncio.Event] = {
            "in": asyncio.Event(),
            "out": asyncio.Event(),
            "told": asyncio.Event(),
        }
        self.ring_after_commit = {"in": self.ring_in, "out": self.ring_out}

    def ring(self, bell: Bell) -> None:
        """Wakes whoever waits for this one, now or next."""
        self._bells[bell].set()

    def ring_in(self) -> None:
        """Something came in."""
        self.ring("in")

    def ring_out(self) -> None:
        """Something is to go out."""
        self.ring("out")

    def ring_told(self) -> None:
        """Something that apps show was written."""
        self.ring("told")

    async def wait(self, name: Bell, seconds: float) -> None:
        """Returns when the bell rings, or after `seconds`; a ring since the last call counts."""
        bell = self._bells[name]
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            pass
        bell.clear()

    async def hear(self, uow: UnitOfWork, fact: LanesFilled) -> None:
        """Listener: rings once the transaction that added the work is committed."""
        uow.after_commit(self.ring_after_commit[fact.direction])

    async def hear_told(self, uow: UnitOfWork, fact: Fact) -> None:
        """Listener: the same for whatever apps show."""
        uow.after_commit(self.ring_told)
