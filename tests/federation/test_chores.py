"""What is past its time is thrown away in small steps, and everything else is kept."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alliance.instance import Instance
from alliance.models import Company, Partner
from alliance.settings import Settings
from federation.chores import look_in_daily, tidy
from federation.models import CatchUp, Delivery, ReceivedActivity
from federation.outbox import send
from federation.storing import Arrival, Storage
from federation.uris import COMPANY
from federation.wiring import Federation
from tests.federation.engine import federating
from tests.support.clock import FrozenClock


@pytest.fixture
async def us(settings: Settings, clock: FrozenClock) -> AsyncIterator[Federation]:
    """An open federation."""
    async with federating(settings, clock) as opened:
        yield opened


async def queue(instance: Instance, count: int, state: str) -> None:
    """Deliveries in a state."""
    async with instance.unit_of_work() as uow:
        stored = await send(
            uow, actor=COMPANY, activity={"type": "Create"}, object_uri="x", is_public=True,
            inboxes=[f"https://host-{n}.example/inbox" for n in range(count)],
        )  # fmt: skip
        await uow.db.execute(update(Delivery).where(Delivery.activity_id == stored.id).values(state=state))


async def counted(us: Federation) -> dict[str, int]:
    """Deliveries by state."""
    async with us.instance.reading() as db:
        rows = await db.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        return {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy


async def test_what_was_delivered_is_remembered_for_two_weeks(us: Federation, clock: FrozenClock) -> None:
    await queue(us.instance, 3, "delivered")
    clock.advance(days=13)
    await queue(us.instance, 2, "delivered")
    await queue(us.instance, 1, "dead")
    clock.advance(days=2)

    await tidy(us)

    assert await counted(us) == {"delivered": 2, "dead": 1}


async def test_what_waited_three_days_is_given_up_without_a_turn(us: Federation, clock: FrozenClock) -> None:
    await queue(us.instance, 700, "waiting")
    clock.advance(days=2)
    await queue(us.instance, 5, "waiting")
    clock.advance(days=1, seconds=1)

    await tidy(us)

    assert await counted(us) == {"dead": 700, "waiting": 5}


async def test_what_came_in_is_forgotten_after_a_month_unless_it_waits(
    us: Federation, clock: FrozenClock
) -> None:
    arrivals = [
        Arrival(
            f"https://acorn.example/{n}",
            "Create",
            "https://acorn.example/a",
            "acorn.example",
            b"{}",
            clock.now(),
        )
        for n in range(2)
    ]
    await Storage(us).write(arrivals)
    async with us.instance.unit_of_work() as uow:
        await uow.db.execute(
            update(ReceivedActivity)
            .where(ReceivedActivity.uri == "https://acorn.example/0")
            .values(state="processed")
        )
    clock.advance(days=31)

    await tidy(us)

    async with us.instance.reading() as db:
        assert list(await db.scalars(select(ReceivedActivity.uri))) == ["https://acorn.example/1"]


async def test_once_a_day_an_ally_is_looked_in_on(us: Federation, clock: FrozenClock) -> None:
    async with us.instance.unit_of_work() as uow:
        for name, ago in (("acorn", timedelta(hours=25)), ("birch", timedelta(hours=23))):
            company = Company(
                id=uow.new_id(), origin=f"https://{name}.example", host=f"{name}.example", name=name,
                created_at=uow.now, updated_at=uow.now,
            )  # fmt: skip
            uow.db.add(company)
            await uow.db.flush()
            uow.db.add(
                Partner(
                    company_id=company.id, state="allied", since=uow.now, created_at=uow.now,
                    caught_up_at=uow.now - ago,
                )
            )  # fmt: skip

    await look_in_daily(us)

    async with us.instance.reading() as db:
        due = await db.scalars(select(Company.name).join(CatchUp, CatchUp.company_id == Company.id))
        assert list(due) == ["acorn"]
