"""Deliveries arrive once, in order, and a host in trouble is spared."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from alliance.settings import Settings
from federation.models import Delivery, Destination, Lane
from federation.queue import retry, status, try_now
from federation.signatures import Dialect, Policy, verify
from federation.uris import COMPANY, INSTANCE
from federation.wiring import Federation
from tests.federation.engine import deliveries, federating, give_keys, lanes, say, working
from tests.federation.signing import KeyStore, public_key
from tests.partner import Got, Partner, Programmed, as_request, partner
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually


def while_time_passes(
    clock: FrozenClock, ask: Callable[[], bool], *, seconds: float = 1
) -> Callable[[], bool]:
    """Asks, and moves the clock with every question."""

    def answer() -> bool:
        clock.advance(seconds=seconds)
        return ask()

    return answer


def _took(them: Partner, activity_id: str) -> bool:
    return activity_id in them.ids()


def _took_as_many_as(them: Partner, count: int) -> bool:
    return len(them.received) == count


def _only(wanted: Dialect, got: Got) -> Programmed:
    return Programmed(202 if got.dialect is wanted else 401)


async def test_an_activity_arrives_signed_with_exactly_the_stored_bytes(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, working(us):
        said = await say(us, [them.inbox])

        await eventually(lambda: them.received)

        (got,) = them.received
        assert got.activity["id"] == said
        key = public_key(await us.keyring.secret(INSTANCE))
        signer = await verify(
            as_request(them.inbox, got.headers, got.body), KeyStore(key), clock.now(), Policy.of(them.origin)
        )
        assert signer.actor_id == us.uris.instance


async def test_after_success_the_lane_is_empty_and_free(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, working(us):
        await say(us, [them.inbox])

        await eventually(lambda: deliveries(us, "delivered"))

        (lane,) = await lanes(us)
        assert (lane.next_at, lane.leased_by, lane.tail) == (None, None, 1)


async def test_one_inbox_gets_one_copy_and_ours_none(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        await say(us, [them.inbox, us.uris.shared_inbox, them.inbox])

        assert await deliveries(us, "waiting") == 1


async def test_a_lane_keeps_its_order_while_the_host_stumbles(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.program.extend([Programmed(503), Programmed(drop=True)])
        said = [await say(us, [them.inbox], name=f"news-{n}") for n in range(12)]

        async with working(us):
            await eventually(while_time_passes(clock, lambda: len(them.ids()) == 12), within=30)

        assert them.ids() == said
        assert not any(got.repeated for got in them.received)


async def test_several_actors_and_hosts_go_in_parallel_each_in_order(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock, "127.0.0.1") as them, federating(settings, clock) as us:
        inboxes = [them.inbox_at(name) for name in ("acorn", "birch", "cedar")]
        said = {
            actor: [await say(us, inboxes, actor=actor, name=f"{actor}-{n}") for n in range(30)]
            for actor in (INSTANCE, COMPANY)
        }

        async with working(us):
            await eventually(lambda: len(them.received) == 180, within=30)

        for host in {got.host for got in them.received}:
            for actor in (INSTANCE, COMPANY):
                assert [one for one in them.ids(host) if one in said[actor]] == said[actor]


async def test_a_lane_of_another_actor_is_not_held_up(settings: Settings, clock: FrozenClock) -> None:
    def refuse_the_company(got: Got) -> Programmed:
        return Programmed(401 if got.activity["actor"].endswith("/company") else 202)

    async with partner(clock) as them, federating(settings, clock) as us:
        them.rule = refuse_the_company
        await say(us, [them.inbox], actor=COMPANY)
        said = [await say(us, [them.inbox], name=f"{n}") for n in range(3)]

        async with working(us):
            await eventually(lambda: len(them.ids()) == 3)

        assert them.ids() == said


async def test_a_host_that_fails_is_left_alone_by_all_its_lanes(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        await give_keys(us, "person:1", "person:2", "person:3")
        them.rule = lambda got: Programmed(503)
        for actor in (INSTANCE, COMPANY, "person:1", "person:2", "person:3"):
            await say(us, [them.inbox], actor=actor)

        async with working(us):
            await eventually(lambda: _all_postponed(us, clock))
            first = len(them.refused)
            for step in range(1, 6):
                # Past the pause, but not past the next one: one attempt each time, of one lane.
                clock.advance(seconds=76)
                await eventually(lambda: len(them.refused) == first + step)
                await eventually(lambda: _all_postponed(us, clock))

        assert first <= 5
        assert len(them.refused) == first + 5


async def _all_postponed(us: Federation, clock: FrozenClock) -> bool:
    return all(
        lane.leased_by is None and lane.next_at is not None and lane.next_at > clock.now()
        for lane in await lanes(us)
    )


async def test_everything_follows_when_the_host_is_back(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        await give_keys(us, "person:1", "person:2")
        them.rule = lambda got: Programmed(502)
        for actor in (INSTANCE, COMPANY, "person:1", "person:2"):
            await say(us, [them.inbox], actor=actor)

        async with working(us):
            await eventually(lambda: _all_postponed(us, clock))
            them.rule = lambda got: Programmed(202)
            clock.advance(seconds=4)
            await eventually(lambda: len(them.ids()) == 4)

            async with us.instance.reading() as db:
                destination = await db.get(Destination, them.authority)
            assert destination is not None
            assert (destination.failures, destination.open_until) == (0, None)


async def test_retry_after_is_honoured(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.program.append(Programmed(429, headers={"Retry-After": "600"}))
        await say(us, [them.inbox])

        async with working(us):
            await eventually(lambda: _all_postponed(us, clock))
            clock.advance(seconds=590)
            assert await _all_postponed(us, clock)
            clock.advance(seconds=11)
            await eventually(lambda: them.received)


async def test_a_refusal_for_good_is_a_dead_letter_and_the_next_goes_out(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.program.append(Programmed(403, body="not here"))
        await say(us, [them.inbox], name="first")
        second = await say(us, [them.inbox], name="second")

        async with working(us):
            await eventually(lambda: them.received)

        assert them.ids() == [second]
        async with us.instance.reading() as db:
            found = await status(db)
        (letter,) = found.dead
        assert (letter.status, letter.error, letter.attempts) == (403, "not here", 1)


async def test_a_dead_letter_can_be_sent_again(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, working(us):
        them.program.append(Programmed(404))
        said = await say(us, [them.inbox])
        await eventually(lambda: deliveries(us, "dead"))

        async with us.instance.unit_of_work() as uow:
            assert await retry(uow) == 1

        await eventually(lambda: them.ids() == [said])


async def test_an_inbox_that_is_gone_gets_nothing_more(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        gone, there = f"{them.origin}/people/1/inbox", them.inbox
        them.rule = lambda got: Programmed(410 if got.path.startswith("/people") else 202)
        for n in range(3):
            await say(us, [gone, there], name=f"{n}")

        async with working(us):
            await eventually(lambda: deliveries(us, "dead"))
            await eventually(lambda: len(them.ids()) == 3)

        assert await deliveries(us, "dead") == 3
        assert len(them.refused) == 1


async def test_double_knock_is_remembered(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, working(us):
        them.rule = lambda got: Programmed(202 if got.dialect is Dialect.RFC9421 else 401)
        await say(us, [them.inbox], name="first")
        await eventually(lambda: len(them.received) == 1)
        await say(us, [them.inbox], name="second")
        await eventually(lambda: len(them.received) == 2)

        assert [got.dialect for got in them.refused] == [Dialect.CAVAGE]
        async with us.instance.reading() as db:
            destination = await db.get(Destination, them.authority)
        assert destination is not None
        assert destination.dialect == "rfc9421"


async def test_a_host_that_goes_back_to_the_old_dialect_is_understood(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, working(us):
        for wanted in (Dialect.RFC9421, Dialect.CAVAGE):
            them.rule = partial(_only, wanted)
            before = len(them.received)
            await say(us, [them.inbox], name=wanted)
            await eventually(partial(_took_as_many_as, them, before + 1))

        assert [got.dialect for got in them.received] == [Dialect.RFC9421, Dialect.CAVAGE]


async def test_a_poisonous_activity_does_not_block_its_lane_for_ever(
    settings: Settings, clock: FrozenClock
) -> None:
    def choke(got: Got) -> Programmed:
        return Programmed(500 if got.activity["object"]["name"] == "poison" else 202)

    async with partner(clock) as them, federating(settings, clock) as us:
        them.rule = choke
        await say(us, [them.inbox], name="poison")
        after = await say(us, [them.inbox], name="after")

        # The clock runs fast here; leases must not run out because of that.
        async with working(us, lease=86_400):
            # What counts is what they take later than the first refusal, by this clock.
            await eventually(lambda: _all_postponed(us, clock))
            clock.advance(seconds=1)
            while after not in them.ids():
                fine = await say(us, [them.inbox], actor=COMPANY, name="fine")
                await eventually(while_time_passes(clock, partial(_took, them, fine), seconds=5), within=30)

        async with us.instance.reading() as db:
            (dead,) = await db.scalars(select(Delivery).where(Delivery.state == "dead"))
        assert (dead.last_status, dead.attempts) == (500, 8)


async def test_what_nobody_takes_for_three_days_is_given_up(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.rule = lambda got: Programmed(503)
        await say(us, [them.inbox])
        async with working(us):
            await eventually(lambda: _all_postponed(us, clock))

            clock.advance(days=3, seconds=1)

            await eventually(lambda: deliveries(us, "dead"))


async def test_a_stop_finishes_what_is_under_way_and_frees_the_lanes(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        arrived = []

        def slow(got: Got) -> Programmed:
            arrived.append(got)
            return Programmed(202, seconds=0.3)

        them.rule = slow
        said = [await say(us, [them.inbox], name=f"{n}") for n in range(4)]
        async with working(us) as worker:
            await eventually(lambda: arrived)
            worker.stop()

        assert them.ids() == said[:1]
        assert await deliveries(us, "delivered") == 1
        assert [lane.leased_by for lane in await lanes(us)] == [None]


async def test_a_lane_of_a_dead_worker_is_taken_over(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        await say(us, [them.inbox])
        async with us.instance.unit_of_work() as uow:
            (lane,) = await lanes(us)
            lane = await uow.db.merge(lane)
            lane.leased_by, lane.leased_until = "a worker that died", clock.now() + timedelta(seconds=60)
        clock.advance(seconds=61)

        async with working(us):
            await eventually(lambda: them.received)

        assert len(them.received) == 1


async def test_a_lane_stays_with_its_worker_while_a_host_takes_its_time(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.rule = lambda got: Programmed(202, seconds=0.6)
        await say(us, [them.inbox])

        async with working(us, lease=0.4) as worker:
            await eventually(lambda: worker.is_busy)
            (before,) = await lanes(us)
            clock.advance(seconds=0.3)
            await eventually(lambda: _is_renewed(us, before))
            await eventually(lambda: not worker.is_busy)

        assert await deliveries(us, "delivered") == 1


async def _is_renewed(us: Federation, before: Lane) -> bool:
    (lane,) = await lanes(us)
    assert before.leased_until is not None
    return lane.leased_until is not None and lane.leased_until > before.leased_until


async def test_after_losing_its_lane_a_worker_records_nothing(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.rule = lambda got: Programmed(202, seconds=0.3)
        await say(us, [them.inbox], name="1")
        await say(us, [them.inbox], name="2")

        async with working(us) as worker:
            await eventually(lambda: worker.is_busy)
            async with us.instance.unit_of_work() as uow:
                lane = await uow.db.merge((await lanes(us))[0])
                lane.leased_by, lane.leased_until = "another", clock.now() + timedelta(seconds=60)
            await eventually(lambda: not worker.is_busy)

        assert await deliveries(us, "waiting") == 2
        assert len(them.received) == 1


async def test_an_admin_who_presses_try_again_does_not_wait_for_the_pause(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us:
        them.program.extend([Programmed(503), Programmed(503), Programmed(503)])
        said = [await say(us, [them.inbox], name=f"{n}") for n in range(3)]
        async with working(us, chores=()):
            for step in (0, 3, 13):
                clock.advance(seconds=step)
                await eventually(lambda: _all_postponed(us, clock))
            assert them.ids() == []

            clock.advance(seconds=1)
            async with us.instance.unit_of_work() as uow:
                await try_now(uow, them.authority)

            seconds = iter(range(20))

            def has_arrived() -> bool:
                """Within twenty seconds; the pause was a minute."""
                if them.ids() != said and next(seconds, None) is not None:
                    clock.advance(seconds=1)
                return them.ids() == said

            await eventually(has_arrived)
