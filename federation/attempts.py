"""From a verdict to what is written down: finished, given up, or when to try again. Pure."""

from dataclasses import dataclass
from datetime import datetime

from federation.backlog import Batch, Waiting
from federation.destinations import Standing, Trouble
from federation.lanes import LeasedLane, Release
from federation.recording import Attempted, Entry
from federation.retry import pause
from federation.signatures import Dialect
from federation.verdicts import Meaning, Verdict

# They could not verify us: perhaps our own door was closed when they came for the key. Half an hour.
MOST_UNPROVED = 30
# An activity that breaks their server while it takes others must not stop its lane for days.
MOST_POISONED = 8
_FINAL = frozenset({Meaning.DELIVERED, Meaning.FOR_GOOD, Meaning.GONE})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: what was sent, how the host stood, when it began and ended, what came of it."""

    lane: LeasedLane
    waiting: Waiting
    standing: Standing
    began: datetime
    ended: datetime
    verdict: Verdict
    dialect: Dialect

    @property
    def is_final(self) -> bool:
        """Whether this delivery is not tried again."""
        meaning, tries = self.verdict.meaning, self.waiting.attempts + 1
        if meaning in _FINAL or self.ended >= self.waiting.give_up_at:
            return True
        if meaning is Meaning.UNPROVED:
            return tries >= MOST_UNPROVED
        return self._is_poison and tries >= MOST_POISONED

    @property
    def _is_poison(self) -> bool:
        """The host answers this with an error, and has taken something else since it first did."""
        success, failed_at = self.standing.last_success_at, self.waiting.failed_at
        is_error = self.verdict.status is not None and self.verdict.status >= 500
        return is_error and failed_at is not None and success is not None and success > failed_at

    @property
    def _proves_host(self) -> bool:
        return self.verdict.status is not None and self.verdict.meaning is not Meaning.HOST

    def entry(self, batch: Batch, luck: float) -> Entry:
        """What is to be recorded; the lane is given back with it if it has to wait, or has nothing more."""
        verdict = self.verdict
        trouble = None
        if verdict.meaning is Meaning.HOST:
            silent = verdict.status is None
            error = verdict.error if silent else f"{verdict.status} {verdict.error}".strip()
            trouble = Trouble(self.lane.host, self.began, error[:300], verdict.retry_after, silent)
        taken_differently = verdict.meaning is Meaning.DELIVERED and self.dialect is not self.standing.dialect
        return Entry(
            lane_id=self.lane.id,
            host=self.lane.host,
            attempted=Attempted(
                delivery_id=self.waiting.id,
                state=self._state,
                status=verdict.status,
                error=verdict.error,
                everything_to=self.waiting.inbox if verdict.meaning is Meaning.GONE else None,
            ),
            release=self._release(batch, luck),
            waits_for_host=self._waits_for_host,
            trouble=trouble,
            is_up=self._proves_host and self.standing.wants_noting(self.ended),
            learned=self.dialect if taken_differently else None,
        )

    @property
    def _waits_for_host(self) -> bool:
        """Whether the breaker decides when there is another try, and by which lane."""
        return self.verdict.meaning is Meaning.HOST and not self.is_final and not self._is_poison

    @property
    def _state(self) -> str:
        if self.verdict.meaning is Meaning.DELIVERED:
            return "delivered"
        return "dead" if self.is_final else "waiting"

    def _release(self, batch: Batch, luck: float) -> Release | None:
        if self.is_final:
            is_last = batch.is_complete and self.waiting is batch.deliveries[-1]
            return Release(self.lane.id, batch.tail, None) if is_last else None
        return Release(self.lane.id, batch.tail, self.ended + pause(self.waiting.attempts + 1, luck))

    def teach(self) -> None:
        """Lets the other lanes of this worker know at once how the host stands."""
        standing = self.standing
        if self._proves_host:
            if standing.wants_noting(self.ended):
                standing.noted_at = self.ended
            standing.failures, standing.failing_since, standing.open_until = 0, None, None
            standing.last_success_at = self.ended
            if self.verdict.meaning is Meaning.DELIVERED:
                standing.dialect = self.dialect
        elif self.verdict.meaning is Meaning.HOST:
            standing.count_failure(self.began, self.ended)
            standing.open_until = self.ended + standing.rest(
                self.ended, 0, is_silent=self.verdict.status is None
            )
