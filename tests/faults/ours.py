"""Faults on our side: clocks that differ, a disk that is full, a database that is gone for a while."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlalchemy import Connection, func, select, text

from alliance.identifiers import SystemClock
from alliance.settings import Settings
from federation.models import ReceivedActivity, RefusedRequest
from federation.signatures import Dialect
from federation.wiring import Federation
from tests.faults.figures import Figures
from tests.federation.engine import deliveries, federating, say, working
from tests.federation.test_inbox import INBOX, knocking
from tests.partner import Partner, Programmed, partner
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually
from tests.support.founding import found
from tests.support.postgres import PostgresServer

# Their clock against ours when a signature arrives, and what the inbox answers.
SKEWS = {
    timedelta(minutes=50): 202,
    timedelta(hours=2): 401,
    -timedelta(hours=11, minutes=50): 202,
    -timedelta(hours=13): 401,
}


async def clocks_differ(settings: Settings, clock: FrozenClock) -> tuple[Figures, dict[str, int]]:
    """Each skew in each dialect; tells also how many refusals can be looked up, by reason."""
    answers: list[tuple[int, int]] = []
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        number = 0
        for skew, wanted in SKEWS.items():
            for dialect in Dialect:
                number += 1
                activity, at = them.activity(number=number), clock.now() + skew
                headers, body = them.signed(INBOX, activity, dialect=dialect, at=at)
                answer = await client.post(INBOX, headers=headers, content=body)
                answers.append((answer.status_code, wanted))
        await us.inbox.close()
        async with us.instance.reading() as db:
            rows = (await db.execute(select(RefusedRequest.reason, RefusedRequest.count))).all()
    explained = {row[0]: row[1] for row in rows}
    accepted = sum(1 for status, _ in answers if status == 202)
    return (
        Figures(
            "their clock is 50 min or 2 h ahead, 11 h 50 min or 13 h behind",
            sent=len(answers),
            attempts=len(answers),
            lost=sum(1 for status, wanted in answers if status != wanted),
            doubled=0,
            notes=f"{accepted} accepted (50 min, 11 h 50 min), {len(answers) - accepted} refused (2 h, 13 h) "
            f"and {sum(explained.values())} of these explained to admins",
        ),
        explained,
    )


@dataclass
class _Tally:
    """What a sender saw who tries again until it is told 202."""

    requests: int = 0
    busy: int = 0
    others: int = 0
    retry_after: int = 0
    """How many of the 503 said when to come back."""


async def _send_all(client: httpx.AsyncClient, them: Partner, numbers: list[int], tally: _Tally) -> list[int]:
    """Tries each activity once; returns the numbers of those that were not taken."""
    left = []
    for number in numbers:
        headers, body = them.signed(INBOX, them.activity(number=number, content="x" * 20_000))
        answer = await client.post(INBOX, headers=headers, content=body)
        tally.requests += 1
        if answer.status_code == 202:
            continue
        left.append(number)
        tally.busy += answer.status_code == 503
        tally.others += answer.status_code != 503
        tally.retry_after += "retry-after" in answer.headers
    return left


async def _allow_pages(us: Federation, more: int | None) -> None:
    """Lets the database grow by `more` pages from now on, or without limit; SQLITE_FULL beyond that."""

    def set_limit(connection: Connection) -> None:
        count: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        pages = count + more if more is not None else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await us.transactions.write(set_limit)
    async with us.instance.unit_of_work() as uow:
        connection = await uow.db.connection()
        await connection.run_sync(set_limit)


async def disk_is_full(settings: Settings, clock: FrozenClock) -> Figures:
    """SQLite may grow no further while 40 activities come in; later it may."""
    tally = _Tally()
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        async with working(us, chores=()):
            left = await _send_all(client, them, list(range(10)), tally)
            assert left == []
            await eventually(lambda: _processed(us, 10))
            await _allow_pages(us, 12)
            left = await _send_all(client, them, list(range(10, 50)), tally)
            stored, whole = await _stored(us), await _is_whole(us)
            accepted = 50 - len(left)
            await _allow_pages(us, None)
            rest = await _send_all(client, them, left, tally)
            # What waited for the database is looked at again five seconds later.
            await eventually(lambda: _processed_as_time_passes(us, clock, 50), within=30)
        total = await _stored(us)
    return Figures(
        "the disk is full",
        sent=50,
        attempts=tally.requests,
        lost=(50 - total) + len(rest) + (accepted - stored),
        doubled=max(total - 50, 0),
        notes=f"{tally.busy} × 503, {tally.retry_after} of them with Retry-After, "
        f"other errors {tally.others}; {accepted} accepted and {stored} stored before there was space again; "
        f"database whole: {'yes' if whole else 'NO'}",
    )


async def _processed(us: Federation, count: int) -> bool:
    async with us.instance.reading() as db:
        done = await db.scalar(
            select(func.count()).select_from(ReceivedActivity).where(ReceivedActivity.state == "ignored")
        )
    return done == count


async def _processed_as_time_passes(us: Federation, clock: FrozenClock, count: int) -> bool:
    clock.advance(seconds=1)
    return await _processed(us, count)


async def _stored(us: Federation) -> int:
    async with us.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(ReceivedActivity)) or 0


async def _is_whole(us: Federation) -> bool:
    async with us.instance.reading() as db:
        return bool(await db.scalar(text("PRAGMA integrity_check")) == "ok")


async def database_is_gone(settings: Settings, server: PostgresServer, seconds: float) -> Figures:
    """PostgreSQL is killed for `seconds` while deliveries are under way, pages are read and mail comes in."""
    clock, tally, pages = SystemClock(), _Tally(), []
    async with (
        partner(clock) as them,
        federating(settings, clock) as us,
        knocking(us) as outside,
        client_of(us) as browser,
    ):
        await found(us.instance)
        them.rule = lambda got: Programmed(seconds=0.3)
        async with working(us, lease=4, chores=()):
            said = [await say(us, [them.inbox], name=f"{number}") for number in range(10)]
            await eventually(lambda: len(them.received) >= 2)
            server.interrupt()
            gone = time.monotonic()
            left = list(range(6))
            while time.monotonic() - gone < seconds:
                left = await _send_all(outside, them, left, tally)
                pages.append(await browser.get("/", headers={"Accept": "text/html"}))
                await asyncio.sleep(min(1.0, seconds / 4))
            server.resume()
            back = time.monotonic()
            await eventually(lambda: _is_served(browser), within=30)
            left = await _send_all(outside, them, left, tally)
            said += [await say(us, [them.inbox], name=f"after-{number}") for number in range(2)]
            await eventually(lambda: _are_delivered(us, len(said)), within=60)
            recovered = time.monotonic() - back
            await eventually(lambda: _processed(us, 6), within=30)
    told = sum(1 for page in pages if page.status_code == 503 and "database" in page.text)
    twice = len(them.received) - len(set(them.ids()))
    return Figures(
        f"the database is gone for {seconds:.0f} s",
        sent=len(said) + 6,
        attempts=len(them.received) + tally.requests,
        lost=len(set(said) - set(them.ids())) + len(left),
        doubled=len(them.ids()) - len(set(them.ids())),
        notes=f"{told} of {len(pages)} pages answered 503 with a sentence, the inbox {tally.busy} × 503 "
        f"(other errors {tally.others}); {twice} sent twice and recognised; order kept: "
        f"{'yes' if them.ids() == said else 'NO'}; everything through {recovered:.0f} s after it was back",
    )


async def _is_served(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/", headers={"Accept": "text/html"})).status_code == 200


async def _are_delivered(us: Federation, count: int) -> bool:
    return await deliveries(us, "delivered") == count
