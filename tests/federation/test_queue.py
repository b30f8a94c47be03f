"""What admins see of the queues, and what they can do about what failed."""

from datetime import timedelta

from sqlalchemy import select, update

from alliance.instance import Instance
from federation.models import Delivery, Destination
from federation.outbox import send
from federation.queue import HostQueue, drop, retry, status
from federation.uris import COMPANY
from tests.support.clock import FrozenClock

ACORN, BIRCH = "https://acorn.example/inbox", "https://birch.example/inbox"


async def queue(instance: Instance, *inboxes: str) -> None:
    """One activity for some inboxes."""
    async with instance.unit_of_work() as uow:
        await send(
            uow, actor=COMPANY, activity={"type": "Create"}, object_uri="x", inboxes=inboxes, is_public=True
        )  # fmt: skip


async def give_up(instance: Instance, inbox: str) -> None:
    """Lets the deliveries to an inbox die."""
    async with instance.unit_of_work() as uow:
        await uow.db.execute(
            update(Delivery)
            .where(Delivery.inbox == inbox)
            .values(state="dead", attempts=40, last_status=500, last_error="oops", finished_at=uow.now)
        )


async def states(instance: Instance) -> dict[str, str]:
    """State by inbox."""
    async with instance.reading() as db:
        return {row.inbox: row.state for row in await db.scalars(select(Delivery))}


async def test_the_status_counts_by_host_and_tells_the_age(instance: Instance, clock: FrozenClock) -> None:
    await queue(instance, ACORN, BIRCH)
    clock.advance(minutes=5)
    await queue(instance, ACORN)
    await give_up(instance, BIRCH)

    async with instance.reading() as db:
        found = await status(db)

    began = clock.now() - timedelta(minutes=5)
    assert found.out == {"waiting": 2, "dead": 1}
    assert found.hosts == (
        HostQueue("out", "acorn.example", {"waiting": 2}, began),
        HostQueue("out", "birch.example", {"dead": 1}, None),
    )
    assert found.oldest_age(clock.now()) == timedelta(minutes=5)
    assert [(letter.host, letter.error, letter.attempts) for letter in found.dead] == [
        ("birch.example", "oops", 40)
    ]


async def test_the_status_tells_that_a_host_is_left_alone(instance: Instance, clock: FrozenClock) -> None:
    await queue(instance, ACORN)
    until = clock.now() + timedelta(minutes=1)
    async with instance.unit_of_work() as uow:
        uow.db.add(
            Destination(host="acorn.example", failures=3, open_until=until, last_error="TimedOut: 10 s")
        )

    async with instance.reading() as db:
        (host,) = (await status(db)).hosts

    assert (host.resting_until, host.last_error) == (until, "TimedOut: 10 s")


async def test_dead_letters_of_one_host_are_tried_again(instance: Instance, clock: FrozenClock) -> None:
    await queue(instance, ACORN, BIRCH)
    await give_up(instance, ACORN)
    await give_up(instance, BIRCH)
    clock.advance(days=5)

    async with instance.unit_of_work() as uow:
        assert await retry(uow, host="acorn.example") == 1

    assert await states(instance) == {ACORN: "waiting", BIRCH: "dead"}
    async with instance.reading() as db:
        revived = (await db.scalars(select(Delivery).where(Delivery.inbox == ACORN))).one()
    assert (revived.attempts, revived.failed_at) == (0, None)
    assert revived.give_up_at > clock.now()


async def test_dead_letters_can_be_put_aside_one_by_one(instance: Instance) -> None:
    await queue(instance, ACORN, BIRCH)
    await give_up(instance, ACORN)
    await give_up(instance, BIRCH)
    async with instance.reading() as db:
        letter = next(one for one in (await status(db)).dead if one.host == "birch.example")

    async with instance.unit_of_work() as uow:
        assert await drop(uow, ids=[letter.id]) == 1

    assert await states(instance) == {ACORN: "dead", BIRCH: "dropped"}


async def test_what_is_not_dead_is_neither_retried_nor_dropped(instance: Instance) -> None:
    await queue(instance, ACORN)

    async with instance.unit_of_work() as uow:
        assert (await retry(uow), await drop(uow)) == (0, 0)

    assert await states(instance) == {ACORN: "waiting"}
