"""An instance under attack: its real doors, servers that sign for real, and what an attack left behind."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
from sqlalchemy import Connection, select

from alliance.database import Base
from alliance.models import Attendance, Company, Employee, Person, Session
from alliance.models import Partner as PartnerRow
from alliance.settings import Settings
from alliance.signing_in import start_sign_in
from federation.failures import FetchFailed
from federation.handlers import HANDLERS
from federation.models import ReceivedActivity, RejectionTally
from federation.processing import Processor, TryLater
from federation.signatures import Dialect, SecretKey, sign
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.engine import federating
from tests.partner import ACTIVITY_JSON, Partner, partner, rsa_of
from tests.support.clock import FrozenClock
from tests.support.founding import found
from web.app import create_app
from web.viewer import cookie_name

OURS = "http://nordlicht.localhost:8001"
INBOX = f"{OURS}/inbox"
LARGEST = (1 << 63) - 1
# What may differ after an attack that failed: that it was there, and what was learnt about its sender's keys.
_TRACES = frozenset(
    {"received_activity", "lane", "rejection_tally", "refused_request", "remote_actor", "destination"}
)


@dataclass(frozen=True)
class Verdict:
    """What became of an attack: the door's status, and state and reason once the worker had it."""

    status: int
    state: str = ""
    reason: str = ""


@dataclass
class Siege:
    """Nordlicht, allied with `b` and `c`; `x` is a server that nobody knows."""

    federation: Federation
    stage: Stage
    client: httpx.AsyncClient
    b: Partner
    c: Partner
    x: Partner
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    """Closed with the siege: for what a single attack opens."""
    numbers: Any = field(default_factory=lambda: count(1))

    def says(
        self, by: Partner, kind: str, about: Any, actor: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """An activity of `by` with an id of its own; of its company unless an actor is named."""
        number = next(self.numbers)
        return by.activity(kind, number, **{"actor": actor or company_of(by), "object": about, **more})

    def event(self, by: Partner, number: int | str = 5, **changes: Any) -> dict[str, Any]:
        """A session of the company at `by`."""
        starts = self.stage.instance.clock.now() + timedelta(days=2)
        return {
            "id": f"{by.origin}/sessions/{number}",
            "type": "Event",
            "attributedTo": company_of(by),
            "to": [f"{by.origin}/partners"],
            "name": "Lichtleiter",
            "content": "<p>Bring gloves.</p>",
            "startTime": starts.isoformat(),
            "endTime": (starts + timedelta(hours=1)).isoformat(),
            "timezone": "Europe/Berlin",
            "updated": self.stage.instance.clock.now().isoformat(),
            **changes,
        }

    async def post(
        self,
        by: Partner,
        activity: dict[str, Any] | bytes,
        *,
        key: SecretKey | None = None,
        url: str = INBOX,
        headers: dict[str, str] | None = None,
        dialect: Dialect = Dialect.CAVAGE,
    ) -> httpx.Response:
        """Sends it, signed with the key of whoever it names as actor unless told otherwise."""
        if key is None:
            named = activity.get("actor") if isinstance(activity, dict) else None
            key = by.key(named if isinstance(named, str) and named.startswith(by.origin) else company_of(by))
        signed, body = by.signed(url, activity, key=key, dialect=dialect)
        return await self.client.post(url, headers={**signed, **(headers or {})}, content=body)

    async def attack(self, by: Partner, activity: dict[str, Any], **how: Any) -> Verdict:
        """Sends it and lets the worker process it; what a handler raises unforeseen travels into the test."""
        answer = await self.post(by, activity, **how)
        if answer.status_code != 202:
            return Verdict(answer.status_code)
        await self.work()
        async with self.federation.instance.reading() as db:
            row = await db.scalar(select(ReceivedActivity).where(ReceivedActivity.uri == activity["id"]))
        assert row is not None
        return Verdict(202, row.state, row.reason)

    async def work(self) -> None:
        """Processes everything that is waiting."""
        processor = Processor(self.federation, "siege", HANDLERS, concurrency=1)
        async with self.federation.instance.reading() as db:
            waiting = list(
                await db.scalars(select(ReceivedActivity).where(ReceivedActivity.state == "waiting"))
            )
        for row in waiting:
            try:
                await processor.process(row.actor_uri.split("/")[2], row)
            except (TryLater, FetchFailed):
                continue

    async def tallied(self) -> dict[str, int]:
        """How often was refused for which reason."""
        await self.federation.inbox.close()
        async with self.federation.instance.reading() as db:
            return {row.reason: row.count for row in await db.scalars(select(RejectionTally))}

    async def everything(self) -> dict[str, list[Any]]:
        """Every row that an attack could have changed, by table."""
        names = [table.name for table in Base.metadata.sorted_tables if table.name not in _TRACES]

        def rows(connection: Connection, name: str) -> list[Any]:
            return list(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")))  # noqa: S608 - ours

        def look(connection: Connection) -> dict[str, list[Any]]:
            return {name: rows(connection, name) for name in names}

        return await self.federation.transactions.read(look)

    @asynccontextmanager
    async def unchanged(self, *, but: Collection[str] = ()) -> AsyncIterator[None]:
        """Whatever is done in the block must leave every row (`but` for these tables) as it was."""
        before = await self.everything()
        yield
        after = await self.everything()
        changed = sorted(name for name, rows in after.items() if rows != before[name] and name not in but)
        assert not changed, {
            name: set(map(str, after[name])) ^ set(map(str, before[name])) for name in changed
        }

    async def session(self, uri: str) -> Session | None:
        """What is held under the identity of a partner's session."""
        async with self.federation.instance.reading() as db:
            return await db.scalar(select(Session).where(Session.uri == uri))

    async def places(self, session: Session) -> dict[str | None, str]:
        """Who stands where in a session, by identity (None is a colleague)."""
        async with self.federation.instance.reading() as db:
            rows = await db.execute(
                select(Person.uri, Attendance.state)
                .join(Attendance, Attendance.person_id == Person.id)
                .where(Attendance.session_id == session.id)
            )
            return {row.uri: row.state for row in rows}

    async def put(self, who: Partner, state: str) -> None:
        """Changes where we stand with the company at `who`."""
        async with self.federation.instance.unit_of_work() as uow:
            company = await uow.db.scalar(select(Company).where(Company.origin == who.origin))
            assert company is not None
            row = await uow.db.get(PartnerRow, company.id)
            assert row is not None
            row.state = state
        self.federation.admission.forget()

    async def get(self, url: str, by: Partner | None = None, actor: str | None = None) -> httpx.Response:
        """GETs a document, signed when somebody is named."""
        headers = {"Accept": ACTIVITY_JSON}
        if by is not None:
            now = self.federation.instance.clock.now()
            key = by.key(actor or by.actor)
            headers |= sign("GET", f"{OURS}{url}", None, key, Dialect.CAVAGE, now)
        return await self.client.get(url, headers=headers)

    async def browser(self, employee: Employee | None = None) -> httpx.AsyncClient:
        """A browser, in which an employee is signed in."""
        client = new_client(self.federation)
        client.headers.update({"Accept": "text/html", "Accept-Language": "en"})
        if employee is not None:
            async with self.federation.instance.unit_of_work() as uow:
                made = await start_sign_in(uow, employee)
            name = cookie_name(self.federation.instance.settings)
            client.cookies.set(name, made.token, domain=client.base_url.host)
        return client


def company_of(server: Partner) -> str:
    """The company actor there."""
    return f"{server.origin}/company"


def new_client(federation: Federation) -> httpx.AsyncClient:
    """Reaches the whole application; an error in it travels into the test."""
    door = httpx.ASGITransport(create_app(federation), client=("203.0.113.7", 50000))
    return httpx.AsyncClient(transport=door, base_url=OURS)


def stolen(owner: str, host: str) -> SecretKey:
    """The key of `host` under the name of an actor that lives elsewhere."""
    return SecretKey(f"{owner}#main-key", owner, rsa_of(host))


async def ally(siege_stage: Stage, server: Partner, name: str) -> None:
    """A company at `server` that both sides have said yes to."""
    server.add_actor("/company", "Group", name=name)
    for number in (7, 8):
        server.add_actor(f"/people/{number}", "Person", name=f"{name} {number}")
    async with siege_stage.instance.unit_of_work() as uow:
        company = Company(
            id=uow.new_id(), origin=server.origin, host=server.authority, name=name,
            uri=company_of(server), instance_uri=server.actor, created_at=uow.now, updated_at=uow.now,
        )  # fmt: skip
        uow.db.add(company)
        await uow.db.flush()
        uow.db.add(
            PartnerRow(
                company_id=company.id, state="allied", we_said_yes=True, they_said_yes=True,
                since=uow.now, created_at=uow.now,
            )
        )  # fmt: skip


Changed = Callable[..., Settings]


@asynccontextmanager
async def siege(settings: Settings, clock: FrozenClock, **changes: Any) -> AsyncIterator[Siege]:
    """Opens the instance and the three servers."""
    async with AsyncExitStack() as stack:
        b, c, x = [await stack.enter_async_context(partner(clock, f"127.0.0.{n}")) for n in (2, 3, 4)]
        federation = await stack.enter_async_context(federating(settings, clock, **changes))
        stage = Stage(await found(federation.instance))
        await ally(stage, b, "Alpenwerk")
        await ally(stage, c, "Sternwarte")
        for path, kind in (("/people/7", "Person"), ("/company", "Group"), ("/people/8", "Person")):
            x.add_actor(path, kind, name="Nobody")
        client = await stack.enter_async_context(new_client(federation))
        yield Siege(federation, stage, client, b, c, x, stack)
