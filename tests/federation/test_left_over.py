"""A lane whose worker lost the database is free again after seconds, and not before."""

from functools import partial

import psycopg
from sqlalchemy.exc import OperationalError

from alliance.settings import Settings
from federation.lanes import lease
from federation.left_over import LeftOver
from federation.wiring import Federation
from tests.federation.engine import federating, lanes, say
from tests.support.clock import FrozenClock

AWAY = OperationalError("UPDATE lane", {}, psycopg.OperationalError("connection refused"))


async def leased(us: Federation) -> list[str]:
    """Hosts of the lanes that somebody has."""
    return [lane.host for lane in await lanes(us) if lane.leased_by]


async def test_what_is_left_over_is_free_after_seconds_and_what_is_worked_on_is_kept(
    settings: Settings, clock: FrozenClock
) -> None:
    async with federating(settings, clock) as us:
        await say(us, ["http://acorn.localhost:1/inbox", "http://birch.localhost:1/inbox"])
        acorn, birch = await lanes(us)
        take = partial(lease, lane_ids=[acorn.id, birch.id], worker="one", now=clock.now())
        await us.transactions.write(take)
        left = LeftOver(us.transactions, clock, "out", "one")
        other = LeftOver(us.transactions, clock, "out", "two")

        left.note(ValueError("a defect, which waits for the end of the lease"))
        clock.advance(seconds=6)
        await left.give_back([])
        both = await leased(us)
        left.note(AWAY)
        other.note(AWAY)
        await left.give_back([])
        early = await leased(us)
        clock.advance(seconds=6)
        await other.give_back([])
        theirs = await leased(us)
        await left.give_back([birch.id])
        late = await leased(us)

    assert both == early == theirs == [acorn.host, birch.host]
    assert late == [birch.host]
