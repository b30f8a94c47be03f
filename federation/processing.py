"""Works through what came in: each sending host in order, many hosts at once.

Everything that an activity changes, and that it has been processed, is one transaction: a crash means
again, never twice and never lost. Nothing waits for the network while that transaction is open.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, select, update
from structlog.contextvars import bound_contextvars

from alliance.database import is_trouble_of_database
from alliance.errors import AllianceError, TooMany, Unavailable
from alliance.unit_of_work import UnitOfWork
from federation.backlog import received
from federation.destinations import heard_from
from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.handlers.handling import Handling, Incoming, Outcome, ignored, refused
from federation.lanes import LEASE, LeasedLane, Release, due_lanes, hold, release, release_all
from federation.left_over import LeftOver
from federation.models import ReceivedActivity
from federation.proving import check_proof
from federation.reporting import report
from federation.retry import pause
from federation.sealing import opened
from federation.wiring import Federation

MOST_ATTEMPTS = 5
# The network is given a quarter of an hour to come back before the lane goes on without the activity.
MOST_NETWORK_ATTEMPTS = 15
_PREPARE_SECONDS = 60
_AFTER_TROUBLE = timedelta(seconds=5)
_REASON_CHARACTERS = 200

log = structlog.get_logger("alliance.processing")


class TryLater(Exception):
    """Something that may be different next time; `reason` is kept with the activity."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Processor:
    """Works through incoming lanes; one per worker."""

    def __init__(
        self,
        federation: Federation,
        worker: str,
        handlers: Mapping[str, Handling],
        *,
        concurrency: int,
        duration: timedelta = LEASE,
    ) -> None:
        self._federation = federation
        self._instance = federation.instance
        self._worker = worker
        self._handlers = handlers
        self._concurrency = concurrency
        self._duration = duration
        self._transactions = federation.transactions
        self._left_over = LeftOver(self._transactions, self._instance.clock, "in", worker)
        self._working: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

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
        now = self._instance.clock.now()
        look = partial(
            due_lanes,
            direction="in",
            now=now,
            limit=room,
            most_per_host={},
            default_per_host=1,
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
        """Keeps the lanes under way: fetching for one activity may take longer than a lease."""
        if self._working:
            now, lanes = self._instance.clock.now(), list(self._working)
            await self._transactions.write(
                partial(hold, lane_ids=lanes, worker=self._worker, now=now, duration=self._duration)
            )

    async def stop(self) -> None:
        """Finishes the activities that are under way and gives every lane back."""
        self._stopping = True
        while self._working:
            await asyncio.wait(self._working.values())
        await self._transactions.write(partial(release_all, direction="in", worker=self._worker))

    def _begin(self, lane: LeasedLane) -> None:
        task = asyncio.create_task(self._work(lane), name=f"lane {lane.id}")
        self._working[lane.id] = task
        task.add_done_callback(lambda _: self._end(lane))

    def _end(self, lane: LeasedLane) -> None:
        del self._working[lane.id]
        self._federation.wakeups.ring("in")

    async def _work(self, lane: LeasedLane) -> None:
        try:
            await self._release(lane, await self._work_through(lane))
        except Exception as error:
            # Its lease runs out, or is given back, and it is taken again; the other lanes go on.
            self._left_over.note(error)
            report(log, error, "a lane stopped", host=lane.host)

    async def _work_through(self, lane: LeasedLane) -> Release:
        """Processes until the lane is empty or has to wait; tells how to give it back."""
        while True:
            async with self._instance.reading() as db:
                tail, rows = await received(db, lane)
            if not rows:
                return Release(lane.id, tail, None)
            for row in rows:
                if self._stopping:
                    return Release(lane.id, tail, self._instance.clock.now())
                due = await self._process_or_postpone(lane, row)
                if due is not None:
                    return Release(lane.id, tail, due)

    async def _release(self, lane: LeasedLane, given: Release) -> None:
        def give_back(connection: Connection) -> bool:
            release(connection, [given], self._worker)
            return heard_from(connection, lane.host, self._instance.clock.now())

        if await self._transactions.write(give_back):
            self._federation.wakeups.ring("out")

    async def _process_or_postpone(self, lane: LeasedLane, row: ReceivedActivity) -> datetime | None:
        """Processes one activity; tells when to try again if that has to wait."""
        try:
            with bound_contextvars(activity=row.uri, partner=lane.host):
                await self.process(lane.host, row)
        except TryLater as later:
            return await self._postpone(lane.host, row, later.reason, MOST_NETWORK_ATTEMPTS)
        except Exception as error:
            if is_trouble_of_database(error):
                # Nothing is wrong with the activity: not counted, however long the disk is full.
                report(log, error, "an activity has to wait", uri=row.uri, type=row.type)
                return self._instance.clock.now() + _AFTER_TROUBLE
            log.exception("an activity could not be processed", uri=row.uri, type=row.type)
            return await self._postpone(lane.host, row, f"{type(error).__name__}: {error}", MOST_ATTEMPTS)
        return None

    def _tell(self, host: str, row: ReceivedActivity, outcome: str, reason: str) -> None:
        """What is on disk now is said."""
        waited = (self._instance.clock.now() - row.received_at).total_seconds()
        self._federation.watcher.processed(row.uri, row.type, host, outcome, waited)
        log.info(
            outcome,
            activity=row.uri,
            partner=host,
            type=row.type,
            ms=round(waited * 1000),
            **({"reason": reason} if reason else {}),
        )

    async def process(self, host: str, row: ReceivedActivity) -> None:
        """Prepares, authorises and applies one activity. Raises TryLater, or whatever a handler has wrong."""
        body = opened(self._instance.vault, row.body)
        incoming = Incoming(orjson.loads(body), row.actor_uri, row.id, host)
        handler = self._handlers.get(row.type)
        if handler is None:
            await self._conclude(host, row, ignored("unknown type"))
            return
        await self._federation.admission.refresh()
        if self._federation.admission.refuses(row.actor_uri):
            # It was taken in before somebody decided; the door says the same since then.
            await self._conclude(host, row, refused("blocked"))
            return
        try:
            async with asyncio.timeout(_PREPARE_SECONDS):
                await check_proof(self._federation, incoming)
                prepared = await handler.prepare(incoming, self._federation, Budget())
            handler.authorise(incoming, prepared)
            await self._apply(handler, incoming, prepared)
        except TimeoutError as error:
            raise TryLater("preparing took too long") from error
        except AllianceError as error:
            await self._conclude(host, row, _refusal(error))

    async def _apply(self, handler: Handling, incoming: Incoming, prepared: Any) -> None:
        async with self._instance.unit_of_work() as uow:
            row = await _claim(uow, incoming.id)
            if row is None:
                return
            outcome = await handler.receive(uow, self._federation, incoming, prepared)
            _note(row, outcome, uow.now)
        self._tell(incoming.host, row, outcome.state, outcome.reason)

    async def _conclude(self, host: str, row: ReceivedActivity, outcome: Outcome) -> None:
        """Writes down an outcome that changes nothing else."""
        async with self._instance.unit_of_work() as uow:
            claimed = await _claim(uow, row.id)
            if claimed is not None:
                _note(claimed, outcome, uow.now)
        self._tell(host, row, outcome.state, outcome.reason)

    async def _postpone(self, host: str, row: ReceivedActivity, reason: str, most: int) -> datetime | None:
        """Counts a failed attempt; None when it was the last one and the lane goes on without it."""
        attempts = row.attempts + 1
        state = "failed" if attempts >= most else "waiting"
        async with self._instance.unit_of_work() as uow:
            await uow.db.execute(
                update(ReceivedActivity)
                .where(ReceivedActivity.id == row.id, ReceivedActivity.state == "waiting")
                .values(attempts=attempts, state=state, reason=reason[:_REASON_CHARACTERS])
                .execution_options(synchronize_session=False)
            )
            if state == "waiting":
                return uow.now + pause(attempts, random.random())  # noqa: S311 - spreads retries, keeps no secret
        self._tell(host, row, "failed", reason)
        return None


async def _claim(uow: UnitOfWork, received_id: int) -> ReceivedActivity | None:
    """The row, locked, if nobody has processed it meanwhile: a lease may have run out while we fetched."""
    row: ReceivedActivity | None = await uow.db.scalar(
        select(ReceivedActivity)
        .where(ReceivedActivity.id == received_id, ReceivedActivity.state == "waiting")
        .with_for_update()
    )
    return row


def _note(row: ReceivedActivity, outcome: Outcome, now: datetime) -> None:
    row.state, row.reason, row.processed_at = outcome.state, outcome.reason[:_REASON_CHARACTERS], now
    row.attempts += 1


def _refusal(error: AllianceError) -> Outcome:
    """What a handler's error means for good. Raises TryLater when it may be different next time."""
    said = f"{type(error).__name__}: {error.detail or error}"
    if isinstance(error, FetchFailed):
        if not error.is_permanent:
            raise TryLater(said) from error
    elif error.status >= 500 or isinstance(error, TooMany | Unavailable):
        raise TryLater(said) from error
    return refused(getattr(error, "reason", "") or said)
