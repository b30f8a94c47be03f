"""Delivers, in a process of its own: `python -m benchmarks.delivering worker|floor PORT`, settings as ever.

`worker` works off what is queued, with all bookkeeping. `floor` signs the same activities and POSTs them over
connections that are kept alive, and does nothing else. Prints deliveries a second.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import aiohttp
import orjson
import structlog
import uvloop
from sqlalchemy import func, select

from alliance.settings import Settings
from benchmarks.sender import activity
from benchmarks.surroundings import opened
from federation.delivery import CONCURRENCY
from federation.models import Delivery, Lane
from federation.outbox import send
from federation.signatures import Dialect, SecretKey, sign
from federation.uris import COMPANY, INSTANCE
from federation.wiring import Federation
from federation.worker import Worker

HOSTS = 50
ACTIVITIES = 100
"""Each goes to every host, half of them from each of two actors."""
WARMING = 4
"""As many before the clock starts: connections are made, statements prepared."""


def inboxes(port: int) -> list[str]:
    """The shared inboxes of fifty hosts."""
    return [f"http://receiver-{number}.localhost:{port}/inbox" for number in range(HOSTS)]


async def queue(federation: Federation, port: int, activities: int) -> int:
    """Fills the outbox; tells how many deliveries that makes."""
    for number in range(activities):
        actor = (INSTANCE, COMPANY)[number % 2]
        body = activity(federation.uris.origin, number) | {"actor": federation.uris.actor(actor)}
        del body["id"]
        async with federation.instance.unit_of_work() as uow:
            await send(uow, actor=actor, activity=body, object_uri="x", inboxes=inboxes(port), is_public=True)
    return activities * HOSTS


async def work(federation: Federation, port: int) -> float:
    """Deliveries a second from the start of a worker until everything is recorded as delivered."""
    await _work_off(federation, await queue(federation, port, WARMING))
    rate = await _work_off(federation, await queue(federation, port, ACTIVITIES))
    async with federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).where(Delivery.state != "delivered")) == 0
    return rate


async def _work_off(federation: Federation, count: int) -> float:
    worker = Worker(federation, chores=())
    began = time.perf_counter()
    task = asyncio.create_task(worker.run())
    while await _is_waiting(federation):
        await asyncio.sleep(0.1)
    seconds = time.perf_counter() - began
    worker.stop()
    await task
    return count / seconds


async def _is_waiting(federation: Federation) -> bool:
    async with federation.instance.reading() as db:
        return bool(await db.scalar(select(func.count()).where(Lane.next_at.is_not(None))))


async def post_only(federation: Federation, port: int) -> float:
    """The floor: as many connections, the same key, the same bytes."""
    key = await federation.keyring.secret(INSTANCE)
    bodies = [orjson.dumps(activity(federation.uris.origin, number)) for number in range(ACTIVITIES)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await _post_all(session, bodies[:WARMING], key, port)
        return await _post_all(session, bodies, key, port)


async def _post_all(session: aiohttp.ClientSession, bodies: list[bytes], key: SecretKey, port: int) -> float:
    waiting = iter([(inbox, body) for body in bodies for inbox in inboxes(port)])
    began = time.perf_counter()
    await asyncio.gather(*(_post(session, waiting, key, port) for _ in range(CONCURRENCY)))
    return len(bodies) * HOSTS / (time.perf_counter() - began)


async def _post(
    session: aiohttp.ClientSession, waiting: Iterator[tuple[str, bytes]], key: SecretKey, port: int
) -> None:
    address = f"http://127.0.0.1:{port}/inbox"
    for inbox, body in waiting:
        headers = sign("POST", inbox, body, key, Dialect.CAVAGE, datetime.now(UTC))
        async with session.post(address, data=body, headers=headers) as response:
            assert response.status == 202
            await response.read()


async def main(kind: str, port: int) -> None:
    """Measures one of the two."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    async with opened(Settings.from_env()) as federation:
        print(await (work if kind == "worker" else post_only)(federation, port), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
