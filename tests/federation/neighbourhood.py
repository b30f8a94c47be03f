"""Several real instances in one process, each with its database, its web server and its worker."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import select

from alliance.drafting import SessionDraft
from alliance.employing import add_employee, found_company
from alliance.instance import Instance
from alliance.models import Company, Employee, Partner, Session
from alliance.partnering import accept_company, invite_company
from alliance.publishing import publish_session
from alliance.settings import Settings
from alliance.vault import create_secret_file
from federation.partners import introduce
from federation.wiring import Federation, open_instance
from federation.worker import Worker
from tests.support.authority import Authority, Certificate
from tests.support.databases import Databases
from tests.support.eventually import eventually
from web.app import create_app
from web.patience import WEBSOCKETS

SECRET_LINK = "https://meet.example/j/8271-quitte?pwd=Zebra4711"
ENDING_SECONDS = 30


@dataclass
class Neighbour:
    """One company: its instance, its federation and the people in it."""

    federation: Federation
    company: Company
    admin: Employee
    employee: Employee

    @property
    def instance(self) -> Instance:
        return self.federation.instance

    @property
    def origin(self) -> str:
        return self.instance.settings.origin

    async def knows(self, other: "Neighbour") -> Company:
        """The row of another company here."""
        async with self.instance.reading() as db:
            company = await db.scalar(select(Company).where(Company.origin == other.origin))
        assert company is not None
        return company

    async def state_of(self, other: "Neighbour") -> str:
        """Where this company stands with another; empty when it knows nothing of it."""
        async with self.instance.reading() as db:
            found = select(Partner.state).join(Company, Company.id == Partner.company_id)
            return await db.scalar(found.where(Company.origin == other.origin)) or ""

    async def session_of(self, other: "Neighbour", session: Session) -> Session | None:
        """What this company holds of another one's session."""
        async with self.instance.reading() as db:
            return await db.scalar(
                select(Session).where(Session.uri == f"{other.origin}/sessions/{session.id}")
            )

    async def publish(self, title: str = "Threat modelling", **changes: object) -> Session:
        """Publishes a session of the employee, for allies unless said otherwise."""
        starts_at = self.instance.clock.now() + timedelta(days=3)
        draft = SessionDraft(
            title=title,
            description="What can go *wrong*, and who would want it to.",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            meeting_link=SECRET_LINK,
            language="en",
            topics=("Security",),
        )
        async with self.instance.unit_of_work() as uow:
            changed = SessionDraft(**{**draft.__dict__, **changes})
            return await publish_session(uow, self.employee.id, changed)


@asynccontextmanager
async def neighbourhood(databases: Databases, folder: Path, *names: str) -> AsyncIterator[list[Neighbour]]:
    """Companies with these names, founded, served and worked for until the block ends."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(neighbour(databases, folder / name, name)) for name in names]


@asynccontextmanager
async def neighbour(
    databases: Databases, folder: Path, name: str, authority: Authority | None = None, **changes: Any
) -> AsyncIterator[Neighbour]:
    """One company on a free port of loopback; over TLS when there is an authority, which it also trusts.

    `changes` are settings that are not as usual.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    folder.mkdir()
    create_secret_file(folder / "alliance.secret")
    certificate = authority.certificate(f"{name}.localhost") if authority else None
    scheme = "https" if certificate else "http"
    settings = Settings(
        origin=f"{scheme}://{name}.localhost:{listener.getsockname()[1]}",
        database=databases.new(),
        secret_file=folder / "alliance.secret",
        media=folder / "media",
        danger_private_networks=True,
        extra_ca_file=authority.file if authority else None,
    )
    settings = replace(settings, **changes)
    instance, federation = await open_instance(settings)
    try:
        founded = await _found(federation, name)
        async with _serving(federation, listener, certificate), _working(federation):
            yield founded
    finally:
        await federation.close()
        await instance.close()


async def ally(one: Neighbour, other: Neighbour) -> None:
    """Makes two companies allies the way people do, and waits until both know."""
    introduction = await introduce(one.federation, other.origin)
    async with one.instance.unit_of_work() as uow:
        await invite_company(uow, introduction)
    await eventually(lambda: _is(other, one, "asking"))
    asking = await other.knows(one)
    async with other.instance.unit_of_work() as uow:
        await accept_company(uow, asking.id)
    await eventually(lambda: _is(one, other, "allied"))
    await eventually(lambda: _is(other, one, "allied"))


async def _is(one: Neighbour, other: Neighbour, state: str) -> bool:
    return await one.state_of(other) == state


async def _found(federation: Federation, name: str) -> Neighbour:
    async with federation.instance.unit_of_work() as uow:
        company = await found_company(uow, name.capitalize(), summary="Learns in public.")
        admin = await add_employee(uow, f"ada@{name}.example", "Ada Petersen", ("admin",))
        employee = await add_employee(uow, f"jonas@{name}.example", f"Jonas {name.capitalize()}")
    return Neighbour(federation, company, admin, employee)


@asynccontextmanager
async def _serving(
    federation: Federation, listener: socket.socket, certificate: Certificate | None
) -> AsyncIterator[None]:
    config = uvicorn.Config(create_app(federation), log_config=None, lifespan="off", **WEBSOCKETS)
    if certificate is not None:
        config.ssl_certfile, config.ssl_keyfile = certificate.chain, certificate.key
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    await eventually(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        async with asyncio.timeout(ENDING_SECONDS):
            await task


@asynccontextmanager
async def _working(federation: Federation) -> AsyncIterator[None]:
    worker = Worker(federation)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        async with asyncio.timeout(ENDING_SECONDS):
            await task
