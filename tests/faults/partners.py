"""Faults of a partner: away for days, overloaded, cutting the line, slow."""

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from email.utils import format_datetime

from sqlalchemy import select

from alliance.identifiers import SystemClock
from alliance.settings import Settings
from federation.chores import tidy
from federation.models import Delivery
from federation.outbox import GIVE_UP_AFTER
from federation.queue import retry
from federation.uris import COMPANY, INSTANCE
from federation.wiring import Federation
from tests.faults.figures import Figures
from tests.faults.passing_time import pass_until
from tests.federation.engine import deliveries, federating, say, working
from tests.partner import Got, Partner, Programmed, partner
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually

# The clock leaps; leases must not run out because of that.
_LEASE = 30 * 86_400.0


class Attempts:
    """Counts what reaches a partner, also what it does not answer."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self.moments: list[datetime] = []

    def cut(self, got: Got) -> Programmed:
        """Takes no notice and closes the connection."""
        self.note(got)
        return Programmed(drop=True)

    def take(self, got: Got) -> Programmed:
        """Accepts."""
        self.note(got)
        return Programmed()

    def note(self, got: Got) -> None:
        """Counts one request."""
        self.moments.append(self._clock.now())

    def most_an_hour(self, after: datetime, until: datetime) -> int:
        """The busiest hour between two moments."""
        hours = Counter(int(one.timestamp() // 3600) for one in self.moments if after <= one < until)
        return max(hours.values(), default=0)


def doubled(them: Partner) -> int:
    """How many activities the partner would have applied twice if it went by ids, as receivers do."""
    counts = Counter((got.host, got.path, got.activity["id"]) for got in them.received if not got.repeated)
    return sum(count - 1 for count in counts.values())


async def away_for_three_days(settings: Settings, clock: FrozenClock) -> Figures:
    """A partner that cuts every connection for 71 hours while something is said every two hours."""
    async with partner(clock) as them, federating(settings, clock) as us:
        began, attempts = clock.now(), Attempts(clock)
        them.rule = attempts.cut
        said: dict[str, list[str]] = {INSTANCE: [], COMPANY: []}
        async with working(us, lease=_LEASE, chores=()):
            for hour in range(0, 71, 2):
                for actor, ids in said.items():
                    ids.append(await say(us, [them.inbox], actor=actor, name=f"{actor}-{hour}"))
                await pass_until(us, clock, began + timedelta(hours=min(hour + 2, 71)))
            away = len(attempts.moments)
            them.rule = attempts.take
            await pass_until(us, clock, began + timedelta(hours=73))

        everything = said[INSTANCE] + said[COMPANY]
        in_order = all([one for one in them.ids() if one in ids] == ids for ids in said.values())
        busiest = attempts.most_an_hour(began + timedelta(hours=1), began + timedelta(hours=71))
        return Figures(
            "a partner is away for three days",
            sent=len(everything),
            attempts=len(attempts.moments),
            lost=len(set(everything) - set(them.ids())),
            doubled=doubled(them),
            notes=f"{away} requests while it was away, at most {busiest} an hour after the first; "
            f"order kept: {'yes' if in_order else 'NO'}",
        )


async def away_for_too_long(settings: Settings, clock: FrozenClock) -> Figures:
    """A partner that comes back after five days: what was given up is there to be sent again."""
    async with partner(clock) as them, federating(settings, clock) as us:
        attempts = Attempts(clock)
        them.rule = attempts.cut
        said = [await say(us, [them.inbox], name=f"{number}") for number in range(10)]
        async with working(us, lease=_LEASE, chores=()):
            await pass_until(us, clock, clock.now() + GIVE_UP_AFTER + timedelta(hours=2))
            await tidy(us)  # as every ten minutes
            dead = await deliveries(us, "dead")
            await pass_until(us, clock, clock.now() + timedelta(days=2))
            them.rule = attempts.take
            async with us.instance.unit_of_work() as uow:
                again = await retry(uow, host=them.authority)
            await pass_until(us, clock, clock.now() + timedelta(hours=2))
        async with us.instance.reading() as db:
            left = (await db.scalars(select(Delivery.state).where(Delivery.state != "delivered"))).all()
        return Figures(
            "a partner is away for five days",
            sent=len(said),
            attempts=len(attempts.moments),
            lost=len(set(said) - set(them.ids())) + len(left),
            doubled=doubled(them),
            notes=f"{dead} dead letters after three days, {again} sent again by an admin; "
            f"order kept: {'yes' if them.ids() == said else 'NO'}",
        )


async def asks_to_wait(settings: Settings, clock: FrozenClock, header: str | timedelta) -> Figures:
    """A partner that answers 429 once, with Retry-After in seconds or as a date."""
    async with partner(clock) as them, federating(settings, clock) as us:
        began, attempts = clock.now(), Attempts(clock)
        value = header if isinstance(header, str) else format_datetime(began + header, usegmt=True)
        them.program.append(Programmed(429, headers={"Retry-After": value}))
        them.rule = attempts.take
        said = [await say(us, [them.inbox], name=f"{number}") for number in range(5)]
        async with working(us, lease=_LEASE, chores=()):
            await pass_until(us, clock, began + timedelta(days=2))
        waited = (attempts.moments[0] - began).total_seconds() if attempts.moments else -1.0
        shape = "a date" if isinstance(header, timedelta) else f"{value} s"
        return Figures(
            f"429 with Retry-After ({shape})",
            sent=len(said),
            attempts=len(attempts.moments) + len(them.refused),
            lost=len(set(said) - set(them.ids())),
            doubled=doubled(them),
            notes=f"next request after {waited:.0f} s",
        )


async def accepts_and_cuts(settings: Settings, clock: FrozenClock) -> Figures:
    """A partner that takes every activity, and cuts the line before its first answer to each."""
    async with partner(clock) as them, federating(settings, clock) as us:
        taken: list[str] = []

        def cut_once(got: Got) -> Programmed:
            taken.append(got.activity["id"])
            return Programmed(drop=taken.count(got.activity["id"]) == 1)

        them.rule = cut_once
        said = [await say(us, [them.inbox], name=f"{number}") for number in range(30)]
        began = clock.now()
        async with working(us, lease=_LEASE, chores=()):
            await pass_until(us, clock, began + timedelta(minutes=10))
        seen = list(dict.fromkeys(taken))
        most = max(Counter(taken).values())
        return Figures(
            "a partner accepts and cuts the line before answering",
            sent=len(said),
            attempts=len(taken),
            lost=len(set(said) - set(taken)),
            doubled=len(them.ids()) - len(set(them.ids())),
            notes=f"each sent {most} times at most, the second time recognised by its id; "
            f"order kept: {'yes' if seen == said else 'NO'}",
        )


async def bad_weather(settings: Settings, count: int) -> Figures:
    """A quarter of all connections is cut, half of these after the activity was taken. In real time."""
    clock, chance = SystemClock(), random.Random(7)
    async with partner(clock) as them, federating(settings, clock) as us:
        taken: list[str] = []
        requests = 0

        def maybe_cut(got: Got) -> Programmed:
            nonlocal requests
            requests += 1
            luck = chance.random()
            if luck >= 1 / 8:
                taken.append(got.activity["id"])
            return Programmed(drop=luck < 1 / 4)

        them.rule = maybe_cut
        said = [await say(us, [them.inbox], name=f"{number}") for number in range(count)]
        began = time.monotonic()
        async with working(us, chores=()):
            await eventually(lambda: _are_delivered(us, count), within=20 + 3 * count)
        took = time.monotonic() - began
        return Figures(
            "a quarter of all connections breaks",
            sent=count,
            attempts=requests,
            lost=len(set(said) - set(taken)),
            doubled=len(them.ids()) - len(set(them.ids())),
            notes=f"one lane drained in {took:.0f} s, {took / count:.2f} s each; "
            f"order kept: {'yes' if list(dict.fromkeys(taken)) == said else 'NO'}",
        )


async def answers_after_29_seconds(settings: Settings, clock: FrozenClock) -> Figures:
    """One partner of eleven answers only after 29 s; the others must not notice. In real time."""
    async with partner(clock) as slow, partner(clock, "127.0.0.1") as them, federating(settings, clock) as us:
        tries = 0

        def answer_late(got: Got) -> Programmed:
            nonlocal tries
            tries += 1
            return Programmed(seconds=29 if tries == 1 else 0)

        slow.rule = answer_late
        others = [them.inbox_at(f"partner{number}") for number in range(10)]
        async with working(us, chores=()):
            began = time.monotonic()
            for number in range(5):
                await say(us, [slow.inbox, *others], name=f"{number}")
            await eventually(lambda: len(them.received) == 50, within=30, every=0.01)
            others_took = time.monotonic() - began
            await eventually(lambda: _has_failed(us), within=30)
            gave_up = time.monotonic() - began
            # The answer was not read in time: only the pause has to pass.
            await eventually(lambda: _delivered(us, clock, 55), within=60, every=0.05)
        return Figures(
            "a partner answers after 29 s",
            sent=55,
            attempts=len(them.received) + tries,
            lost=55 - len(them.ids()) - len(slow.ids()),
            doubled=doubled(them) + doubled(slow),
            notes=f"the ten others had everything after {others_took:.1f} s; "
            f"the slow one was left after {gave_up:.0f} s",
        )


async def _has_failed(us: Federation) -> bool:
    async with us.instance.reading() as db:
        return bool(await db.scalar(select(Delivery.id).where(Delivery.failed_at.is_not(None))))


async def _delivered(us: Federation, clock: FrozenClock, count: int) -> bool:
    clock.advance(seconds=0.5)
    return await _are_delivered(us, count)


async def _are_delivered(us: Federation, count: int) -> bool:
    return await deliveries(us, "delivered") == count
