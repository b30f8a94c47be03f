"""Brings activities to inboxes: each lane strictly in order, many lanes at once.

A lane sends its next activity only when what came of the one before is on disk. So after a crash at most
one activity per lane is sent a second time, and receivers know it by its id.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from alliance.errors import NotFound
from alliance.identifiers import moment_of
from federation.attempts import Attempt
from federation.backlog import Batch, Waiting, batches
from federation.destinations import Standing, claim_probe
from federation.failures import FetchFailed
from federation.grouping import Grouped
from federation.knocking import knock
from federation.lanes import LEASE, LEAST_LEFT, LeasedLane, Release, due_lanes, hold, release_all
from federation.left_over import LeftOver
from federation.recording import Entry, Recorded, Recorder
from federation.reporting import report
from federation.sealing import opened
from federation.signatures import Dialect
from federation.verdicts import Meaning, Verdict, of_failure
from federation.wiring import Federation

CONCURRENCY = 50
# One slow host must not take every place.
_SHARE_OF_ONE_HOST = 5
# Left of a lease when somebody is knocked for; two knocks take twenty seconds at most, and `renew` goes on.
_LEFT_TO_KNOCK = 0.4
_MOST_STANDINGS = 10_000

_SAID = {"delivered": "delivered", "dead": "given up", "waiting": "not delivered yet"}

log = structlog.get_logger("alliance.delivery")


class LaneLost(Exception):
    """Another worker has the lane now."""


class Deliverer:
    """Works through outgoing lanes; one per worker, which tells it when to take some."""

    def __init__(
        self,
        federation: Federation,
        worker: str,
        *,
        concurrency: int = CONCURRENCY,
        duration: timedelta = LEASE,
    ) -> None:
        self._federation = federation
        self._instance = federation.instance
        self._worker = worker
        self._concurrency = concurrency
        self._per_host = max(1, concurrency // _SHARE_OF_ONE_HOST)
        self._duration = duration
        self._working: dict[int, asyncio.Task[None]] = {}
        self._hosts: Counter[str] = Counter()
        self._standings: dict[str, Standing] = {}
        self._stopping = False
        self._transactions = federation.transactions
        self._left_over = LeftOver(self._transactions, self._instance.clock, "out", worker)
        recorder = Recorder(self._transactions, self._instance.clock, worker, duration=duration)
        self._record: Grouped[Entry, Recorded] = Grouped(recorder.write)
        self._read: Grouped[LeasedLane, Batch] = Grouped(self._batches)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._working

    async def take_lanes(self) -> int:
        """Leases as many due lanes as there is room for and begins to work on them; tells how many."""
        await self._left_over.give_back(self._working)
        room = self._concurrency - len(self._working)
        if room <= 0 or self._stopping:
            return 0
        left = {host: self._per_host - busy for host, busy in self._hosts.items()}
        now = self._instance.clock.now()
        look = partial(
            due_lanes,
            direction="out",
            now=now,
            limit=room,
            most_per_host=left,
            default_per_host=self._per_host,
            without=frozenset(self._working),
        )
        due = await self._transactions.read(look)
        if not due:
            return 0
        lanes = await self._left_over.lease(due, now, self._duration)
        for lane in lanes:
            self._begin(lane)
        return len(lanes)

    async def renew(self) -> None:
        """Keeps the lanes under way: a slow host may take longer to answer than a lease."""
        if self._working:
            now, lanes = self._instance.clock.now(), list(self._working)
            await self._transactions.write(
                partial(hold, lane_ids=lanes, worker=self._worker, now=now, duration=self._duration)
            )

    async def stop(self) -> None:
        """Finishes what is under way and gives every lane back."""
        self._stopping = True
        while self._working:
            await asyncio.wait(self._working.values())
        await self._read.close()
        await self._record.close()
        await self._transactions.write(partial(release_all, direction="out", worker=self._worker))

    def _begin(self, lane: LeasedLane) -> None:
        task = asyncio.create_task(self._work(lane), name=f"lane {lane.id}")
        self._working[lane.id] = task
        self._hosts[lane.host] += 1
        task.add_done_callback(lambda _: self._end(lane))

    def _end(self, lane: LeasedLane) -> None:
        del self._working[lane.id]
        self._hosts[lane.host] -= 1
        if not self._hosts[lane.host]:
            del self._hosts[lane.host]
        self._federation.wakeups.ring("out")  # there is a place for another lane

    async def _batches(self, lanes: Sequence[LeasedLane]) -> Sequence[Batch]:
        return await self._transactions.read(partial(batches, lanes=lanes))

    async def _work(self, lane: LeasedLane) -> None:
        try:
            while await self._work_batch(lane, await self._read.put(lane)):
                pass
        except LaneLost:
            log.warning("a lane was lost to another worker", host=lane.host, actor=lane.actor)
        except Exception as error:
            # Its lease runs out, or is given back, and it is taken again; the other lanes go on.
            self._left_over.note(error)
            report(log, error, "a lane stopped", host=lane.host, actor=lane.actor)

    async def _work_batch(self, lane: LeasedLane, batch: Batch) -> bool:
        """Delivers what is in the batch; False when the lane has been given back."""
        standing = self._standing(lane.host, batch.standing)
        if not batch.deliveries:
            await self._give_back(lane, batch, None)
            return False
        held = self._instance.clock.now()
        for waiting in batch.deliveries:
            now = self._instance.clock.now()
            if self._must_stop(now, held):
                await self._give_back(lane, batch, now)
                return False
            if await self._must_rest(standing, now):
                await self._give_back(lane, batch, now, waits_for_host=True)
                return False
            attempt = await self._attempt(lane, waiting, standing)
            entry = attempt.entry(batch, random.random())  # noqa: S311 - spreads retries, keeps no secret
            attempt.teach()
            await self._put(entry)
            self._tell(attempt, entry)
            if entry.release is not None:
                return False
            if attempt.verdict.meaning is Meaning.GONE:
                break  # some of what was read ahead has been given up with it
            held = attempt.ended
        return True

    def _tell(self, attempt: Attempt, entry: Entry) -> None:
        """What is on disk now is said: in the log by the ids that the other side knows it by, too."""
        waiting, state = attempt.waiting, entry.attempted.state if entry.attempted else "waiting"
        activity = self._federation.uris.activity(waiting.activity_id)
        took = (attempt.ended - attempt.began).total_seconds()
        waited = (attempt.ended - moment_of(waiting.activity_id)).total_seconds()
        self._federation.watcher.tried(activity, attempt.lane.host, state, waited, took)
        log.info(
            _SAID[state],
            activity=activity,
            partner=attempt.lane.host,
            status=attempt.verdict.status,
            attempt=waiting.attempts + 1,
            ms=round(took * 1000),
            **({"detail": attempt.verdict.error} if state != "delivered" else {}),
        )

    def _must_stop(self, now: datetime, held: datetime) -> bool:
        """Whether to leave the lane: the worker stops, or too little is left of the lease."""
        return self._stopping or now > held + self._duration * (LEAST_LEFT - _LEFT_TO_KNOCK)

    async def _must_rest(self, standing: Standing, now: datetime) -> bool:
        """Whether the host is left alone now; if not, go ahead, as ever or as the first after a pause."""
        if standing.failures == 0:
            return False
        if standing.is_resting(now):
            return True
        until = await self._transactions.write(
            partial(claim_probe, host=standing.host, now=now, luck=random.random())  # noqa: S311
        )
        standing.open_until = until or standing.open_until
        return until is not None

    async def _attempt(self, lane: LeasedLane, waiting: Waiting, standing: Standing) -> Attempt:
        clock, began = self._instance.clock, self._instance.clock.now()
        dialect: Dialect = standing.dialect
        try:
            key = await self._federation.keyring.secret(lane.actor)
            body, client = await self._proven(lane, waiting.body), self._federation.client
            also = await self._also(lane, waiting)
            verdict, dialect = await knock(client, waiting.inbox, body, key, dialect, clock, also)
        except NotFound as error:
            verdict = Verdict(Meaning.FOR_GOOD, None, f"NotFound: {error.detail}"[:300])
        except FetchFailed as failure:
            verdict = of_failure(failure)
        return Attempt(lane, waiting, standing, began, clock.now(), verdict, dialect)

    async def _proven(self, lane: LeasedLane, stored: bytes) -> bytes:
        """What is sent to this host; what is stored sealed is for one reader and is not kept in memory."""
        body = opened(self._instance.vault, stored)
        for_host = await self._federation.held_back.narrowed(lane.host, body)
        return await self._federation.prover.proven(lane.actor, for_host, keep=body is stored)

    async def _also(self, lane: LeasedLane, waiting: Waiting) -> dict[str, str] | None:
        """What followers of this host the actor has (FEP-8fcf), with what is addressed to followers."""
        if not waiting.to_followers:
            return None
        return await self._federation.digests.fields(lane.actor, waiting.inbox)

    async def _give_back(
        self, lane: LeasedLane, batch: Batch, due: datetime | None, *, waits_for_host: bool = False
    ) -> None:
        given = Release(lane.id, batch.tail, due)
        await self._put(Entry(lane.id, lane.host, release=given, waits_for_host=waits_for_host))

    async def _put(self, entry: Entry) -> None:
        """Returns when the entry is on disk. Raises LaneLost."""
        while (recorded := await self._record.put(entry)) is Recorded.BUSY:  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # somebody else's transaction rings no bell
        if recorded is Recorded.LOST:
            raise LaneLost

    def _standing(self, host: str, stored: Standing | None) -> Standing:
        """The host's standing, shared by its lanes here and brought up to date with what others noted."""
        if len(self._standings) > _MOST_STANDINGS:
            self._standings = {name: kept for name, kept in self._standings.items() if name in self._hosts}
        known = self._standings.setdefault(host, Standing(host))
        if stored is not None:
            known.update(stored)
        return known
