"""Interrupts whoever takes too long, with one timer for everybody."""

import asyncio
from typing import Any, cast

Task = asyncio.Task[Any]


class Hurry:
    """Gives each task of one loop `seconds` for what it does between `begin` and `end`.

    Everybody has the same time, so whoever began first is due first. `asyncio.timeout` makes a timer for
    each, which costs a hot path more than reading what it waits for.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[Task, float] = {}
        self._late: set[Task] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> Task:
        """The time of the current task runs from here on; it is cancelled when it is over."""
        loop = self._loop or asyncio.get_running_loop()
        # Python 3.11 asks the system for the number of the process each time the loop is looked for.
        task = cast(Task, asyncio.current_task(loop))
        self._due[task] = loop.time() + self._seconds
        if self._timer is None:
            self._loop = loop
            self._timer = loop.call_later(self._seconds, self._look, loop)
        return task

    def end(self, task: Task) -> bool:
        """Whether the task was cancelled because its time was over; that no longer counts as cancelling."""
        self._due.pop(task, None)
        if task not in self._late:
            return False
        self._late.discard(task)
        return task.uncancel() == 0

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for task, due in list(self._due.items()):
            if due > now:
                self._timer = loop.call_later(due - now, self._look, loop)
                return
            del self._due[task]
            self._late.add(task)
            task.cancel()
