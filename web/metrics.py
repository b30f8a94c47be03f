"""The numbers of one process, and those of its database, as Prometheus reads them."""

import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import generate_latest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from alliance.database import Database, ReadingSession
from alliance.instance import Instance
from alliance.models import Mail
from federation.models import Delivery, Destination, Lane, ReceivedActivity, RejectionTally

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LATENCIES = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400)
MOST_HOSTS = 200
"""So many partners have numbers of their own; everybody else, and whoever is no partner, is in `others`."""
OTHERS = "others"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Finished rows are counted as they are finished: to count a million of them takes seconds.
_UNFINISHED: dict[str, tuple[Any, tuple[str, str]]] = {
    "deliveries": (Delivery, ("waiting", "dead")),
    "received": (ReceivedActivity, ("waiting", "failed")),
}
_MAIL = ("waiting", "failed")


class Metrics:
    """What one process has counted; a watcher of its federation (federation/watching.py)."""

    def __init__(self, is_partner: Callable[[str], bool] = lambda host: False) -> None:
        self._is_partner = is_partner
        self._hosts: set[str] = set()
        made = self.registry = CollectorRegistry()
        ProcessCollector(registry=made)
        Info("alliance", "This program.", registry=made).info({"version": _version()})
        self.requests = Counter(
            "alliance_requests", "Requests answered.", ["method", "status"], registry=made
        )
        self.seconds = Histogram(
            "alliance_request_seconds", "Time to an answer.", buckets=SECONDS, registry=made
        )
        self.inbox = Counter("alliance_inbox", "What came to the inboxes.", ["outcome"], registry=made)
        # Looking up a label takes longer than counting.
        self._inbox_of = cache(self.inbox.labels)
        self.worked_off = Counter("alliance_processed", "Activities worked off.", ["outcome"], registry=made)
        self.processing = Histogram(
            "alliance_processing_seconds", "From arrival to worked off.", buckets=LATENCIES, registry=made
        )
        self.tries = Counter(
            "alliance_delivery_attempts", "Deliveries tried.", ["partner", "outcome"], registry=made
        )
        self.deliveries = Histogram(
            "alliance_delivery_seconds", "From the change to the partner.", ["partner"],
            buckets=LATENCIES, registry=made,
        )  # fmt: skip
        self.exchanges = Histogram(
            "alliance_delivery_request_seconds", "The request alone.", buckets=SECONDS, registry=made
        )
        self.pictures = Histogram(
            "alliance_media_store_seconds", "Requests to the store for pictures.", ["act", "outcome"],
            buckets=SECONDS, registry=made,
        )  # fmt: skip
        self.heartbeat = Gauge(
            "alliance_worker_heartbeat_timestamp_seconds",
            "When the worker last looked for work.",
            registry=made,
        )
        self.of_database = DatabaseNumbers(made)

    def observe_request(self, method: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        known = method if method in _METHODS else "other"
        self.requests.labels(known, f"{status // 100}xx").inc()
        self.seconds.observe(seconds)

    def received(self, outcome: str) -> None:
        self._inbox_of(outcome).inc()

    def processed(self, activity: str, kind: str, host: str, outcome: str, waited: float) -> None:
        self.worked_off.labels(outcome).inc()
        self.processing.observe(max(waited, 0))

    def tried(self, activity: str, host: str, outcome: str, waited: float, took: float) -> None:
        partner = self._label(host)
        self.tries.labels(partner, outcome).inc()
        self.exchanges.observe(took)
        if outcome == "delivered":
            self.deliveries.labels(partner).observe(max(waited, 0))

    def worked(self) -> None:
        self.heartbeat.set(time.time())

    def stored(self, act: str, outcome: str, took: float) -> None:
        self.pictures.labels(act, outcome).observe(took)

    def _label(self, host: str) -> str:
        """The name of a partner, as long as there are not too many."""
        if host not in self._hosts:
            if len(self._hosts) >= MOST_HOSTS or not self._is_partner(host):
                return OTHERS
            self._hosts.add(host)
        return host

    async def text(self, instance: Instance) -> bytes:
        """Everything, in Prometheus' text form; the database is asked a fixed number of questions."""
        await self.of_database.look(instance, self._is_partner)
        return generate_latest(self.registry)


class DatabaseNumbers:
    """What is counted in the database when somebody asks: the same in whichever process answers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, does: str, *labels: str) -> Gauge:
            return Gauge(f"alliance_{name}", does, labels, registry=registry)

        self.queued = gauge("queue", "Rows that wait or were given up.", "queue", "state")
        self.oldest = gauge("queue_oldest_seconds", "Age of what has waited longest.", "queue")
        self.lag = gauge("queue_lag_seconds", "How overdue the most overdue queue is.")
        self.leased = gauge("queue_lanes_leased", "Queues that workers are at.")
        self.resting = gauge("hosts_given_a_rest", "Hosts that fail and are left alone.")
        self.breakers = gauge("breaker_open", "1 while a failing partner is left alone.", "partner")
        self.failures = gauge("breaker_failures", "Failures in a row.", "partner")
        self.refused = gauge("inbox_refused_today", "Refused at the inboxes.", "reason")
        self.connections = gauge("database_connections", "Connections of this process.", "pool", "state")

    async def look(self, instance: Instance, is_partner: Callable[[str], bool]) -> None:
        """Counts."""
        self._pools(instance.database)
        async with instance.reading() as db:
            await self._queues(instance, db)
            await self._hosts(instance, db, is_partner)

    async def _queues(self, instance: Instance, db: ReadingSession) -> None:
        now = instance.clock.now()
        self.queued.clear()
        self.oldest.clear()
        for queue, (table, states) in _UNFINISHED.items():
            counted = select(table.state, func.count()).where(table.state.in_(states)).group_by(table.state)
            found = {row[0]: row[1] for row in await db.execute(counted)}
            for state in states:
                self.queued.labels(queue, state).set(found.get(state, 0))
            since = Delivery.created_at if table is Delivery else ReceivedActivity.received_at
            first = select(since).where(table.state == "waiting").order_by(table.id).limit(1)
            oldest = await db.scalar(first)
            self.oldest.labels(queue).set((now - oldest).total_seconds() if oldest else 0)
        await self._mail(db, instance)
        self.lag.set(await lag(instance, db))
        held = select(func.count()).select_from(Lane).where(Lane.leased_until > now)
        self.leased.set(await db.scalar(held) or 0)
        self.refused.clear()
        tallies = select(RejectionTally.reason, RejectionTally.count).where(RejectionTally.day == now.date())
        for reason, count in await db.execute(tallies):
            self.refused.labels(reason).set(count)

    async def _mail(self, db: ReadingSession, instance: Instance) -> None:
        counted = select(Mail.state, func.count()).where(Mail.state.in_(_MAIL)).group_by(Mail.state)
        found = {row[0]: row[1] for row in await db.execute(counted)}
        for state in _MAIL:
            self.queued.labels("mail", state).set(found.get(state, 0))
        due = await db.scalar(select(func.min(Mail.due_at)).where(Mail.state == "waiting"))
        late = (instance.clock.now() - due).total_seconds() if due else 0
        self.oldest.labels("mail").set(max(late, 0))

    async def _hosts(self, instance: Instance, db: ReadingSession, is_partner: Callable[[str], bool]) -> None:
        now = instance.clock.now()
        self.breakers.clear()
        self.failures.clear()
        failing = (
            select(Destination.host, Destination.failures, Destination.open_until)
            .where(Destination.failures > 0)
            .order_by(Destination.host)
            .limit(MOST_HOSTS * 10)
        )
        for host, failures, until in await db.execute(failing):
            if is_partner(host):
                self.breakers.labels(host).set(until is not None and until > now)
                self.failures.labels(host).set(failures)
        resting = select(func.count()).select_from(Destination).where(Destination.open_until > now)
        self.resting.set(await db.scalar(resting) or 0)

    def _pools(self, database: Database) -> None:
        self.connections.clear()
        pools: dict[str, AsyncEngine] = {"writing": database.writer, "reading": database.reader}
        for name, engine in pools.items():
            pool = engine.pool
            self.connections.labels(name, "used").set(getattr(pool, "checkedout", int)())
            self.connections.labels(name, "idle").set(getattr(pool, "checkedin", int)())


@cache
def _version() -> str:
    return version("alliance")


async def lag(instance: Instance, db: ReadingSession) -> float:
    """Seconds since the most overdue lane should have been worked on; 0 when none is overdue."""
    oldest = await db.scalar(select(func.min(Lane.next_at)).where(Lane.next_at.is_not(None)))
    return max((instance.clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0
