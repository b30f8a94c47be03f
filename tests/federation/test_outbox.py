"""The outbox: exact bytes and deliveries in the transaction of the change that they announce."""

import orjson
import pytest
from sqlalchemy import func, select

from alliance.instance import Instance
from federation.models import Delivery, Lane, OutboxActivity
from federation.outbox import new_activity_id, send
from federation.uris import COMPANY

INBOXES = [
    "https://acorn.example/inbox",
    "https://birch.example/inbox",
    "https://acorn.example/people/1/inbox",
]


async def test_an_activity_gets_an_id_and_its_bytes_are_kept(instance: Instance) -> None:
    note = {"type": "Note", "name": "Grüße"}
    activity = {"type": "Create", "actor": "https://nordlicht.example/company", "object": note}

    async with instance.unit_of_work() as uow:
        stored = await send(
            uow, actor=COMPANY, activity=activity, object_uri="https://nordlicht.example/sessions/1",
            inboxes=INBOXES, is_public=True,
        )  # fmt: skip

    assert activity["id"] == f"https://nordlicht.example/activities/{stored.id}"
    async with instance.reading() as db:
        body = await db.scalar(select(OutboxActivity.body))
    assert body == orjson.dumps(activity)


async def test_an_id_given_beforehand_is_kept(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        number, uri = new_activity_id(uow)
        stored = await send(
            uow, actor=COMPANY, activity={"id": uri, "type": "Create"}, object_uri="x", inboxes=[],
            is_public=False,
        )  # fmt: skip

    assert stored.id == number


async def test_an_id_of_somebody_else_is_a_mistake(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        with pytest.raises(ValueError, match="not the id of an activity of ours"):
            await send(
                uow, actor=COMPANY, activity={"id": "https://acorn.example/1", "type": "Create"},
                object_uri="x", inboxes=INBOXES, is_public=False,
            )  # fmt: skip


async def test_each_inbox_gets_one_delivery_in_the_lane_of_its_host(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        await send(
            uow, actor=COMPANY, activity={"type": "Create"}, object_uri="x", inboxes=[*INBOXES, INBOXES[0]],
            is_public=False,
        )  # fmt: skip

    async with instance.reading() as db:
        rows = await db.execute(
            select(Lane.host, Delivery.position).join(Delivery).order_by(Lane.host, Delivery.position)
        )
        assert [tuple(row) for row in rows] == [
            ("acorn.example", 1),
            ("acorn.example", 2),
            ("birch.example", 1),
        ]


async def send_and_fail(instance: Instance) -> None:
    """Something goes wrong after an activity has been queued."""
    async with instance.unit_of_work() as uow:
        await send(
            uow, actor=COMPANY, activity={"type": "Create"}, object_uri="x", inboxes=INBOXES, is_public=False
        )  # fmt: skip
        raise RuntimeError("the change failed")


async def test_nothing_is_queued_when_the_change_is_rolled_back(instance: Instance) -> None:
    with pytest.raises(RuntimeError):
        await send_and_fail(instance)

    async with instance.reading() as db:
        for table in (OutboxActivity, Delivery, Lane):
            assert await db.scalar(select(func.count()).select_from(table)) == 0


async def test_two_thousand_inboxes_are_queued_at_once(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        await send(
            uow, actor=COMPANY, activity={"type": "Create"}, object_uri="x", is_public=False,
            inboxes=[f"https://host-{n}.example/inbox" for n in range(2000)],
        )  # fmt: skip

    async with instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Delivery)) == 2000
        assert await db.scalar(select(func.count()).select_from(Lane)) == 2000
