"""Lets days pass for a worker within seconds: the clock jumps to whatever is due next."""

from datetime import datetime, timedelta

from federation.wiring import Federation
from tests.federation.engine import lanes
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually


async def pass_until(us: Federation, clock: FrozenClock, end: datetime) -> None:
    """Moves the clock to `end`, stopping wherever a delivery is due until it has been tried."""
    await _settled(us, clock)
    while (due := await _next_due(us)) is not None and due < end:
        # Just beyond: attempts that begin at the same moment as the last failure count as the same one.
        clock.set(max(due, clock.now()) + timedelta(milliseconds=20))
        us.wakeups.ring("out")
        await _settled(us, clock)
    clock.set(end)
    us.wakeups.ring("out")
    await _settled(us, clock)


async def _next_due(us: Federation) -> datetime | None:
    moments = [lane.next_at for lane in await lanes(us) if lane.direction == "out" and lane.next_at]
    return min(moments, default=None)


async def _settled(us: Federation, clock: FrozenClock) -> None:
    """Returns when nothing is under way and nothing is due."""

    async def is_settled() -> bool:
        us.wakeups.ring("out")
        return all(
            lane.leased_by is None and (lane.next_at is None or lane.next_at > clock.now())
            for lane in await lanes(us)
            if lane.direction == "out"
        )

    await eventually(is_settled, within=60, every=0.005)
