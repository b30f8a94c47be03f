"""What whoever watches a process is told about federation, as it happens."""

from collections.abc import Sequence
from typing import Protocol


class Watcher(Protocol):
    """Told of outcomes, in the words of the tables; seconds are of the clock on the wall.

    Called where the work is done: it must be quick and may not fail.
    """

    def received(self, outcome: str) -> None:
        """Something came to an inbox: `accepted`, or the reason of a refusal (one word)."""
        ...

    def processed(self, activity: str, kind: str, host: str, outcome: str, waited: float) -> None:
        """An activity that came in was worked off (`processed`, `ignored`, `refused`, `failed`)."""
        ...

    def tried(self, activity: str, host: str, outcome: str, waited: float, took: float) -> None:
        """A delivery was tried: `delivered`, `dead`, or `waiting` for another try.

        `waited` is the time since the activity was made, `took` that of the request.
        """
        ...

    def worked(self) -> None:
        """The worker has looked for work."""
        ...

    def stored(self, act: str, outcome: str, took: float) -> None:
        """The store for pictures was asked to `read`, `write`, `remove` or `list`: `done` or `failed`."""
        ...


class Watchers:
    """Tells several, or nobody."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self._watchers = tuple(watchers)

    def received(self, outcome: str) -> None:
        for watcher in self._watchers:
            watcher.received(outcome)

    def processed(self, activity: str, kind: str, host: str, outcome: str, waited: float) -> None:
        for watcher in self._watchers:
            watcher.processed(activity, kind, host, outcome, waited)

    def tried(self, activity: str, host: str, outcome: str, waited: float, took: float) -> None:
        for watcher in self._watchers:
            watcher.tried(activity, host, outcome, waited, took)

    def worked(self) -> None:
        for watcher in self._watchers:
            watcher.worked()

    def stored(self, act: str, outcome: str, took: float) -> None:
        for watcher in self._watchers:
            watcher.stored(act, outcome, took)
