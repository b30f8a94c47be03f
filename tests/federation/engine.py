"""An instance that federates on loopback, with workers that tests start and stop."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from alliance.identifiers import Clock
from alliance.settings import Settings
from federation.handlers import HANDLERS, Handling
from federation.keys import generate_keys
from federation.models import Delivery, Lane, ReceivedActivity
from federation.outbox import send
from federation.uris import COMPANY, INSTANCE
from federation.wiring import Federation, open_instance
from federation.worker import Worker


def on_loopback(settings: Settings, **changes: Any) -> Settings:
    """The same settings for plain http on loopback."""
    return replace(
        settings, **{"origin": "http://nordlicht.localhost:8001", "danger_private_networks": True, **changes}
    )


@asynccontextmanager
async def federating(settings: Settings, clock: Clock, **changes: Any) -> AsyncIterator[Federation]:
    """An open federation whose instance and company have keys."""
    instance, federation = await open_instance(on_loopback(settings, **changes), clock)
    try:
        await give_keys(federation, INSTANCE, COMPANY)
        yield federation
    finally:
        await federation.close()
        await instance.close()


async def give_keys(federation: Federation, *actors: str) -> None:
    """Keys for actors."""
    async with federation.instance.unit_of_work() as uow:
        for actor in actors:
            await generate_keys(uow, actor)


async def say(
    federation: Federation, inboxes: Iterable[str], *, actor: str = INSTANCE, name: str = "news"
) -> str:
    """Queues a small activity; tells its id."""
    uris = federation.uris
    activity = {"type": "Create", "actor": uris.actor(actor), "object": {"type": "Note", "name": name}}
    async with federation.instance.unit_of_work() as uow:
        stored = await send(
            uow, actor=actor, activity=activity, object_uri=f"{uris.origin}/{name}", inboxes=inboxes,
            is_public=True,
        )  # fmt: skip
    return uris.activity(stored.id)


@asynccontextmanager
async def working(
    federation: Federation, *, handlers: Mapping[str, Handling] = HANDLERS, lease: float = 60, **more: Any
) -> AsyncIterator[Worker]:
    """A worker that runs until the block is left."""
    worker = Worker(federation, handlers=handlers, lease=timedelta(seconds=lease), **more)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task


async def deliveries(federation: Federation, state: str) -> int:
    """How many deliveries are in a state."""
    async with federation.instance.reading() as db:
        count = await db.scalar(select(func.count()).where(Delivery.state == state))
    return count or 0


async def received(federation: Federation) -> list[tuple[str, str, str]]:
    """Id, state and reason of everything that was taken in, in order."""
    async with federation.instance.reading() as db:
        rows = await db.execute(
            select(ReceivedActivity.uri, ReceivedActivity.state, ReceivedActivity.reason).order_by(
                ReceivedActivity.lane_id, ReceivedActivity.position
            )
        )
        return [(uri, state, reason) for uri, state, reason in rows]


async def lanes(federation: Federation) -> list[Lane]:
    """Every lane."""
    async with federation.instance.reading() as db:
        return list(await db.scalars(select(Lane).order_by(Lane.direction, Lane.host, Lane.actor)))
