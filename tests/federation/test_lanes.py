"""Lanes: positions in the order of commits, one worker at a time, nothing forgotten when one is emptied."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection, select, update

from alliance.instance import Instance
from federation.lanes import Held, LeasedLane, Release, add_work, due_lanes, hold, lease, release
from federation.models import Lane
from tests.support.clock import FrozenClock
from tests.support.databases import Databases

Result = TypeVar("Result")


async def within(instance: Instance, work: Callable[[Connection], Result]) -> Result:
    """Does something in a transaction of its own."""
    async with instance.database.writer.begin() as connection:
        return await connection.run_sync(work)


async def hold_as(instance: Instance, worker: str, lane: LeasedLane) -> Held:
    """Renews a lease."""
    return await within(instance, lambda c: hold(c, [lane.id], worker, instance.clock.now()))


async def fill(instance: Instance, **counts: int) -> dict[str, range]:
    """Adds work to outgoing lanes of the instance's actor, by host; tells the positions."""
    wanted = {(host, "instance"): n for host, n in counts.items()}
    places = await within(
        instance, lambda c: add_work(c, "out", wanted, mint=instance.mint, now=instance.clock.now())
    )
    return {host: place.positions for (host, _), place in places.items()}


async def take(instance: Instance, worker: str, *, limit: int = 10) -> list[LeasedLane]:
    """Leases what is due."""
    now = instance.clock.now()
    due = await within(
        instance, lambda c: due_lanes(c, "out", now, limit=limit, most_per_host={}, default_per_host=1)
    )
    return await within(instance, lambda c: lease(c, due, worker, now))


async def give_back(instance: Instance, worker: str, given: Release) -> None:
    """Releases a lane."""
    await within(instance, lambda c: release(c, [given], worker))


async def test_positions_go_on_where_the_last_ones_ended(instance: Instance) -> None:
    assert await fill(instance, acorn=2, birch=1) == {"acorn": range(1, 3), "birch": range(1, 2)}

    assert await fill(instance, acorn=3) == {"acorn": range(3, 6)}


async def test_positions_are_given_once_however_many_ask_at_the_same_time(instance: Instance) -> None:
    given = await asyncio.gather(*(fill(instance, acorn=2, birch=1) for _ in range(20)))

    taken = sorted(position for places in given for position in places["acorn"])
    assert taken == list(range(1, 41))


async def test_two_that_fill_the_same_lanes_do_not_block_each_other(instance: Instance) -> None:
    forwards = {f"host-{n}": 1 for n in range(30)}
    backwards = dict(reversed(forwards.items()))

    await asyncio.gather(*(fill(instance, **(forwards if n % 2 else backwards)) for n in range(12)))

    async with instance.reading() as db:
        assert set(await db.scalars(select(Lane.tail))) == {12}


async def test_a_lane_is_leased_to_one_worker(instance: Instance) -> None:
    await fill(instance, acorn=1)

    first = await take(instance, "first")

    assert [lane.host for lane in first] == ["acorn"]
    assert await take(instance, "second") == []


async def test_of_two_that_lease_at_once_one_gets_it(instance: Instance) -> None:
    await fill(instance, **{f"host-{n}": 1 for n in range(20)})

    taken = await asyncio.gather(*(take(instance, f"worker-{n}", limit=20) for n in range(4)))

    assert sorted(lane.host for lanes in taken for lane in lanes) == sorted(f"host-{n}" for n in range(20))


async def test_a_lease_that_ran_out_is_anybodys(instance: Instance, clock: FrozenClock) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "first")

    clock.advance(seconds=21)

    assert [taken.id for taken in await take(instance, "second")] == [lane.id]
    assert (await hold_as(instance, "first", lane)).ours == frozenset()


async def test_a_renewed_lease_stays(instance: Instance, clock: FrozenClock) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "first")
    clock.advance(seconds=15)

    held = await hold_as(instance, "first", lane)

    assert held.ours == {lane.id}
    clock.advance(seconds=15)
    assert await take(instance, "second") == []


async def test_an_emptied_lane_is_due_again_only_with_new_work(instance: Instance) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "worker")

    await give_back(instance, "worker", Release(lane.id, lane.tail, None))

    assert await take(instance, "worker") == []
    await fill(instance, acorn=1)
    assert len(await take(instance, "worker")) == 1


async def test_work_that_came_while_a_lane_was_emptied_is_not_forgotten(instance: Instance) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "worker")

    await fill(instance, acorn=1)
    await give_back(instance, "worker", Release(lane.id, lane.tail, None))

    assert len(await take(instance, "worker")) == 1


async def test_new_work_does_not_hasten_what_waits_for_a_retry(
    instance: Instance, clock: FrozenClock
) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "worker")
    await give_back(instance, "worker", Release(lane.id, lane.tail, clock.now() + timedelta(minutes=1)))

    await fill(instance, acorn=1)

    assert await take(instance, "worker") == []
    clock.advance(seconds=61)
    assert len(await take(instance, "worker")) == 1


async def test_only_the_holder_gives_a_lane_back(instance: Instance) -> None:
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "worker")

    await give_back(instance, "somebody else", Release(lane.id, lane.tail, None))

    async with instance.reading() as db:
        assert await db.scalar(select(Lane.leased_by)) == "worker"


async def test_no_host_takes_every_place(instance: Instance, clock: FrozenClock) -> None:
    counts = {("big.example", f"person:{n}"): 1 for n in range(10)} | {("small.example", "company"): 1}
    await within(instance, lambda c: add_work(c, "out", counts, mint=instance.mint, now=clock.now()))

    due = await within(
        instance,
        lambda c: due_lanes(
            c, "out", clock.now(), limit=10, most_per_host={"full.example": 0}, default_per_host=3
        ),
    )
    async with instance.reading() as db:
        hosts = list(await db.scalars(select(Lane.host).where(Lane.id.in_(due))))

    assert sorted(hosts) == ["big.example"] * 3 + ["small.example"]


async def test_a_lane_that_somebody_is_filling_is_not_waited_for(
    instance: Instance, databases: Databases
) -> None:
    """On PostgreSQL two transactions can be open at once; SQLite has one writer and nothing to wait for."""
    await fill(instance, acorn=1)
    (lane,) = await take(instance, "worker")
    if databases.kind == "sqlite":
        return

    async with instance.unit_of_work() as filling:
        await filling.db.execute(update(Lane).values(tail=Lane.tail + 1))
        held = await hold_as(instance, "worker", lane)

    assert held == Held(ours=frozenset(), busy=frozenset({lane.id}))
