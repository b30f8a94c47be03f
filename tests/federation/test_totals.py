"""Collections say how many there are: exactly when that is quick, as of the last minute when it is not."""

import time

from sqlalchemy import insert, select

from alliance.instance import Instance
from alliance.models import Topic
from federation.totals import COUNTED_EACH_TIME, REMEMBERED_SECONDS, total_of
from tests.support.counting import queries_of

TOPICS = select(Topic.id)


async def test_few_are_counted_anew_for_everybody(instance: Instance) -> None:
    await _add(instance, 0, COUNTED_EACH_TIME - 1)
    assert await _total(instance, "anna") == COUNTED_EACH_TIME - 1

    await _add(instance, COUNTED_EACH_TIME, 1)

    assert await _total(instance, "anna") == COUNTED_EACH_TIME


async def test_many_are_counted_once_a_minute_for_each_question(instance: Instance) -> None:
    many = COUNTED_EACH_TIME + 1
    await _add(instance, 0, many)
    assert await _total(instance, "anna") == many

    await _add(instance, many, 1)

    async with instance.reading() as db:
        with queries_of(db) as asked:
            assert await total_of(db, "anna", TOPICS) == many
        assert asked == []
        in_a_minute = time.monotonic() + REMEMBERED_SECONDS + 1
        assert await total_of(db, "anna", TOPICS, clock=lambda: in_a_minute) == many + 1
    assert await _total(instance, "jonas") == many + 1


async def _add(instance: Instance, first: int, count: int) -> None:
    numbers = range(first, first + count)
    rows = [{"id": number, "slug": f"t{number}", "name": f"T{number}"} for number in numbers]
    async with instance.unit_of_work() as uow:
        await uow.db.execute(insert(Topic), rows)


async def _total(instance: Instance, who: str) -> int:
    async with instance.reading() as db:
        return await total_of(db, who, TOPICS)
