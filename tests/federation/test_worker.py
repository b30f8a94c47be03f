"""What came in is processed once, in order, and trouble with one sender is nobody else's."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from alliance.errors import Conflict
from alliance.models import Topic
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from federation.failures import Unreachable, UrlRefused
from federation.fetch import Budget
from federation.handlers import PROCESSED, Incoming, Outcome, Refused
from federation.models import Lane
from federation.queue import retry, status
from federation.storing import Arrival, Storage
from federation.transactions import Result, Transactions, Work
from federation.wiring import Federation
from tests.federation.engine import federating, lanes, received, working
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually


@dataclass
class Remembering:
    """A handler that does as told by the object's name, and leaves a topic behind for what it processed."""

    tell: Callable[[str], None] = lambda name: None
    at: str = "prepare"
    handled: list[str] = field(default_factory=list)

    async def prepare(self, incoming: Incoming, federation: Federation, budget: Budget) -> str:
        name = str(incoming.activity["object"])
        if self.at == "prepare":
            self.tell(name)
        return name

    def authorise(self, incoming: Incoming, prepared: str) -> None:
        if self.at == "authorise":
            self.tell(prepared)

    async def receive(
        self, uow: UnitOfWork, federation: Federation, incoming: Incoming, prepared: str
    ) -> Outcome:
        uow.db.add(Topic(id=uow.new_id(), slug=prepared, name=prepared))
        await uow.db.flush()
        if self.at == "receive":
            self.tell(prepared)
        self.handled.append(prepared)
        return PROCESSED


async def arrive(us: Federation, *names: str, host: str = "acorn.example", type_: str = "Create") -> None:
    """Stores activities as the inbox does."""
    await Storage(us).write(
        [
            Arrival(
                f"https://{host}/activities/{name}", type_, f"https://{host}/actor", host,
                orjson.dumps({"type": type_, "object": name}), us.instance.clock.now(),
            )
            for name in names
        ]
    )  # fmt: skip


async def states(us: Federation) -> dict[str, str]:
    """State by the last part of the id."""
    return {uri.rpartition("/")[2]: state for uri, state, _ in await received(us)}


async def is_over(us: Federation) -> bool:
    """Whether nothing waits."""
    return "waiting" not in (await states(us)).values()


def fail_on(name: str, error: Exception, times: int = 10_000) -> Callable[[str], None]:
    """Raises `error` for what has this name, the first `times` times."""
    left = [times]

    def tell(asked: str) -> None:
        if asked == name and left[0] > 0:
            left[0] -= 1
            raise error

    return tell


async def test_what_came_in_is_processed_in_order(settings: Settings, clock: FrozenClock) -> None:
    handler = Remembering()
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        names = [f"topic-{n:02}" for n in range(45)]
        for start in range(0, 45, 9):
            await arrive(us, *names[start : start + 9])

        await eventually(lambda: len(handler.handled) == 45)

        assert handler.handled == names
        await eventually(lambda: is_over(us))
        (lane,) = await lanes(us)
        await eventually(lambda: _is_free(us, lane))


async def _is_free(us: Federation, lane: Lane) -> bool:
    (lane,) = await lanes(us)
    return lane.next_at is None and lane.leased_by is None


async def test_an_unknown_type_is_recorded_as_ignored(settings: Settings, clock: FrozenClock) -> None:
    async with federating(settings, clock) as us, working(us, handlers={}):
        await arrive(us, "one", type_="Dance")

        await eventually(lambda: is_over(us))

        assert await received(us) == [("https://acorn.example/activities/one", "ignored", "unknown type")]


@pytest.mark.parametrize("at", ["prepare", "authorise", "receive"])
async def test_what_may_not_be_is_refused_and_changes_nothing(
    settings: Settings, clock: FrozenClock, at: str
) -> None:
    handler = Remembering(fail_on("evil", Refused("not yours")), at)
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "evil", "good")

        await eventually(lambda: is_over(us))

        assert [(state, reason) for _, state, reason in await received(us)] == [
            ("refused", "not yours"),
            ("processed", ""),
        ]
        async with us.instance.reading() as db:
            assert list(await db.scalars(select(Topic.slug))) == ["good"]


async def test_a_conflict_is_the_senders_and_is_not_tried_again(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering(fail_on("late", Conflict(detail="no place left")), "receive")
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "late")

        await eventually(lambda: is_over(us))

        ((_, state, reason),) = await received(us)
        assert (state, reason) == ("refused", "Conflict: no place left")


async def test_a_network_failure_is_tried_again_and_keeps_the_order(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering(fail_on("first", Unreachable("birch.example"), times=2))
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "first", "second")

        def processed() -> bool:
            clock.advance(seconds=1)
            return handler.handled == ["first", "second"]

        await eventually(processed, within=30)


async def test_trouble_with_one_sender_does_not_hold_up_another(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering(fail_on("stuck", Unreachable("birch.example")))
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "stuck", "behind")
        await arrive(us, "free", host="cedar.example")

        await eventually(lambda: handler.handled == ["free"])

        assert (await states(us))["behind"] == "waiting"


async def test_a_permanent_failure_is_not_tried_again(settings: Settings, clock: FrozenClock) -> None:
    handler = Remembering(fail_on("x", UrlRefused("10.0.0.1", detail="an address instead of a name")))
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "x")

        await eventually(lambda: is_over(us))

        assert await states(us) == {"x": "refused"}


async def test_a_mistake_of_ours_is_tried_five_times_and_then_set_aside_for_an_admin(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering(fail_on("odd", KeyError("name"), times=5))
    async with federating(settings, clock) as us, working(us, handlers={"Create": handler}):
        await arrive(us, "odd", "even")

        async def over() -> bool:
            clock.advance(seconds=20)
            return await is_over(us)

        await eventually(over, within=30)  # five tracebacks take their time on a busy machine

        assert await states(us) == {"odd": "failed", "even": "processed"}
        async with us.instance.reading() as db:
            (letter,) = (await status(db)).dead
        assert (letter.attempts, letter.error) == (5, "KeyError: 'name'")

        async with us.instance.unit_of_work() as uow:
            assert await retry(uow, ids=[letter.id]) == 1
        await eventually(lambda: is_over(us))
        assert await states(us) == {"odd": "processed", "even": "processed"}


async def test_a_crash_in_the_transaction_leaves_nothing_and_the_next_worker_does_it_once(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering(fail_on("half", RuntimeError("power cut"), times=1), "receive")
    async with federating(settings, clock) as us:
        await arrive(us, "half")
        async with working(us, handlers={"Create": handler}):
            await eventually(lambda: _is_postponed(us))
        async with us.instance.reading() as db:
            assert await db.scalar(select(func.count()).select_from(Topic)) == 0
        clock.advance(seconds=5)

        async with working(us, handlers={"Create": handler}):
            await eventually(lambda: is_over(us))

        assert handler.handled == ["half"]


async def _is_postponed(us: Federation) -> bool:
    (lane,) = await lanes(us)
    return lane.leased_by is None and lane.next_at is not None and lane.next_at > us.instance.clock.now()


async def test_leases_of_a_process_that_died_are_free_at_once_on_sqlite(
    settings: Settings, clock: FrozenClock
) -> None:
    handler = Remembering()
    async with federating(settings, clock) as us:
        await arrive(us, "one")
        async with us.instance.unit_of_work() as uow:
            (lane,) = await lanes(us)
            lane = await uow.db.merge(lane)
            lane.leased_by, lane.leased_until = "dead", clock.now()
        if not us.instance.database.is_sqlite:
            clock.advance(seconds=1)

        async with working(us, handlers={"Create": handler}):
            await eventually(lambda: handler.handled)


class Locked(Transactions):
    """Finds another process writing, as often as it is told."""

    times = 1

    async def write(self, work: Work[Result]) -> Result:
        if self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise OperationalError("BEGIN IMMEDIATE", {}, error)
        return await super().write(work)


async def test_a_worker_that_begins_while_others_write_begins_a_little_later(
    settings: Settings, clock: FrozenClock
) -> None:
    async with federating(settings, clock) as us:
        await arrive(us, "one")
        us.transactions.close()
        us.transactions = Locked(us.instance.database)
        seen = Remembering()

        async with working(us, handlers={"Create": seen}):
            await eventually(lambda: seen.handled == ["one"])


async def test_two_workers_share_the_work_and_do_nothing_twice(
    settings: Settings, clock: FrozenClock
) -> None:
    one, two = Remembering(), Remembering()
    async with (
        federating(settings, clock) as us,
        working(us, handlers={"Create": one}),
        working(us, handlers={"Create": two}),
    ):
        for host in ("acorn", "birch", "cedar", "dill"):
            await arrive(us, *(f"{host}-{n}" for n in range(10)), host=f"{host}.example")

        await eventually(lambda: is_over(us))

        assert len(one.handled) + len(two.handled) == 40
        assert len(set(one.handled + two.handled)) == 40
