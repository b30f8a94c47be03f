"""Everybody who listens in this process: finds what was written, and hands it to whom it is for.

Polling is the truth, one query a second while anybody listens: so every process hears what any other has
written. The bell only makes it quicker.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection as Db
from sqlalchemy import select

from alliance.identifiers import first_identifier_of, moment_of
from alliance.models import Company
from alliance.queries.streaming import Written, tokens_that_hold, written_since
from federation.reporting import report
from federation.wiring import Federation
from web.mastodon.streaming.connection import ENDED, Connection
from web.mastodon.streaming.notices import newer_notices, notices_for
from web.mastodon.streaming.streams import Stream, hears_notifications
from web.mastodon.streaming.tidings import Teller, Tiding

POLL_SECONDS = 1.0
REST_SECONDS = 0.1
"""Between two looks however often the bell rings."""
TOKENS_SECONDS = 2.0
MOST_AT_ONCE = 200
"""Rows that are told of in one look; of more only the last ones."""
MOST_CONNECTIONS = 5_000
MOST_PER_PERSON = 25
_OVERLAP = 10_000_000
"""Microseconds that a transaction may take, and clocks may differ."""
_REMEMBER = 120.0
NEW = timedelta(seconds=60)
_NAMES_OF_NOTIFICATIONS = ("user", "user:notification")

log = structlog.get_logger("alliance.streaming")


class Full(Exception):
    """Too many listen already: this person's apps, or all of them together."""


class Hub:
    """Begins to look with the first who joins, ends with the last who leaves."""

    def __init__(self, federation: Federation, *, most: int = MOST_CONNECTIONS) -> None:
        self._instance = federation.instance
        self._wakeups = federation.wakeups
        self._most = most
        self._connections: set[Connection] = set()
        self._per_person: Counter[int] = Counter()
        self._looking: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._seen: dict[int, tuple[int, float]] = {}
        self._seen_notices: dict[int, float] = {}
        self._home_id = 0
        self._checked = 0.0

    @property
    def size(self) -> int:
        """How many listen."""
        return len(self._connections)

    async def join(self, connection: Connection) -> None:
        """From now on it hears everything that is for it. Raises Full."""
        person_id = connection.hearer.person_id
        if len(self._connections) >= self._most or self._per_person[person_id] >= MOST_PER_PERSON:
            raise Full
        self._connections.add(connection)
        self._per_person[person_id] += 1
        try:
            await self._begin()
            if self._per_person[person_id] == 1:
                await self._skip_notices(person_id)
        except BaseException:
            self.leave(connection)
            raise

    def leave(self, connection: Connection) -> None:
        """It hears nothing any more."""
        if connection not in self._connections:
            return
        connection.forget()
        self._connections.discard(connection)
        self._per_person[connection.hearer.person_id] -= 1
        self._per_person += Counter()
        if not self._connections and self._looking is not None:
            self._looking.cancel()
            self._looking, self._ready = None, None

    def close(self) -> None:
        """Ends every connection."""
        for connection in list(self._connections):
            connection.close(ENDED)
            self.leave(connection)

    def tell_filters_changed(self, person_id: int) -> None:
        """Somebody's filters are others now; other processes than this one don't hear of it."""
        for connection in self._connections:
            if connection.hearer.person_id == person_id and Stream("user") in connection.streams:
                connection.offer(connection.write(Stream("user"), "filters_changed", None))

    async def _begin(self) -> None:
        """Waits until looking has begun, so that nothing written after joining is missed."""
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            self._looking = asyncio.create_task(self._look(self._ready), name="streaming")
        await asyncio.shield(self._ready)

    async def _look(self, ready: asyncio.Future[None]) -> None:
        try:
            await self._catch_up()
        except Exception as error:
            self._ready = None
            ready.set_exception(error)
            return
        ready.set_result(None)
        while True:
            await self._wakeups.wait("told", POLL_SECONDS)
            try:
                await self.look()
            except Exception as error:
                # The database is away for a moment, perhaps; what was written then is found afterwards.
                report(log, error, "what was written could not be read for streams")
            await asyncio.sleep(REST_SECONDS)

    async def _catch_up(self) -> None:
        """What is there already is not told."""
        self._home_id = await self._instance.look(
            lambda db: db.scalar(select(Company.id).where(Company.is_home)) or 0
        )
        for row in await self._instance.look(_written):
            self._seen[row.id] = (row.edition, time.monotonic())

    async def _skip_notices(self, person_id: int) -> None:
        """Nobody listened for them before."""
        for number, _ in await self._new_notices([person_id]):
            self._seen_notices[number] = time.monotonic()

    async def look(self) -> None:
        """Tells what was written since the last look."""
        await self._check_tokens()
        rows = await self._instance.look(_written)
        before = dict(self._seen)
        try:
            await self._tell_postings(self._events(rows))
        except Exception:
            self._seen = before  # the next look tells of them
            raise
        await self._tell_notices()
        self._forget()

    def _events(self, rows: Sequence[Written]) -> list[tuple[Written, str]]:
        now, recent = time.monotonic(), self._instance.clock.now() - NEW
        events = []
        for row in rows:
            before = self._seen.get(row.id)
            if before is not None and before[0] >= row.edition:
                continue
            self._seen[row.id] = (row.edition, now)
            is_new = before is None and moment_of(row.id) >= recent
            if row.gone_at is not None:
                events += [(row, "delete")] if before is not None or not is_new else []
            elif row.kind == "message":
                events.append((row, "conversation"))
            elif row.kind != "boost" or is_new:
                events.append((row, "update" if is_new else "status.update"))
        return events

    async def _tell_postings(self, events: list[tuple[Written, str]]) -> None:
        listening = [one for one in self._connections if any(_has_postings(s) for s in one.streams)]
        if not events or not listening:
            return
        teller = Teller(
            home_id=self._home_id,
            now=self._instance.clock.now(),
            calls={one.hearer.person_id: one.hearer.call for one in listening},
            lists=frozenset(s.list_id for one in listening for s in one.streams if s.list_id is not None),
        )
        for tiding in await self._instance.look(lambda db: teller.tidings(db, events)):
            self._hand_out(tiding, listening)

    def _hand_out(self, tiding: Tiding, listening: Iterable[Connection]) -> None:
        written: dict[tuple[Callable[..., str], Stream, str], str] = {}
        for connection in listening:
            person_id = connection.hearer.person_id
            payload = tiding.payload_for(person_id)
            if payload is None:
                continue
            for stream in connection.streams:
                if not tiding.is_on(stream, person_id):
                    continue
                key = (connection.write, stream, payload)
                if key not in written:
                    written[key] = connection.write(stream, tiding.event, payload)
                connection.offer(written[key])

    async def _tell_notices(self) -> None:
        listening: dict[int, list[tuple[Connection, Stream]]] = {}
        for connection in self._connections:
            for stream in connection.streams:
                if stream.name in _NAMES_OF_NOTIFICATIONS and hears_notifications(connection.hearer.scopes):
                    listening.setdefault(connection.hearer.person_id, []).append((connection, stream))
        news: dict[int, list[int]] = {}
        for number, person_id in await self._new_notices(listening.keys()):
            if number not in self._seen_notices:
                self._seen_notices[number] = time.monotonic()
                news.setdefault(person_id, []).append(number)
        for person_id, numbers in news.items():
            call = listening[person_id][0][0].hearer.call
            for payload in await notices_for(call, numbers):
                for connection, stream in listening[person_id]:
                    connection.offer(connection.write(stream, "notification", payload))

    async def _new_notices(self, people: Iterable[int]) -> list[tuple[int, int]]:
        since = first_identifier_of(self._instance.clock.now() - NEW)
        wanted = list(people)
        return await self._instance.look(lambda db: newer_notices(db, wanted, since)) if wanted else []

    async def _check_tokens(self) -> None:
        """A token that was revoked, or an account that was closed, ends what listens with it."""
        if time.monotonic() - self._checked < TOKENS_SECONDS:
            return
        self._checked = time.monotonic()
        tokens = list({one.hearer.token_id for one in self._connections})
        now = self._instance.clock.now()
        hold = await self._instance.look(lambda db: tokens_that_hold(db, tokens, now))
        # Not of those who have joined meanwhile: nobody asked about them.
        ended = set(tokens) - hold
        for connection in [one for one in self._connections if one.hearer.token_id in ended]:
            connection.close(ENDED)

    def _forget(self) -> None:
        old = time.monotonic() - _REMEMBER
        if len(self._seen) > MOST_AT_ONCE:
            self._seen = {number: seen for number, seen in self._seen.items() if seen[1] > old}
        if len(self._seen_notices) > MOST_AT_ONCE:
            self._seen_notices = {n: moment for n, moment in self._seen_notices.items() if moment > old}


def _written(db: Db) -> Sequence[Written]:
    return written_since(db, time.time_ns() // 1000 - _OVERLAP, MOST_AT_ONCE)


def _has_postings(stream: Stream) -> bool:
    return stream.name != "user:notification"
