"""One timer for everybody who may take too long."""

import asyncio

import pytest

from web.hurry import Hurry


async def test_only_those_who_take_too_long_are_interrupted() -> None:
    hurry, come, never = Hurry(0.05), asyncio.Event(), asyncio.Event()
    come.set()

    async def reads(what: asyncio.Event) -> str:
        task = hurry.begin()
        try:
            await what.wait()
        except asyncio.CancelledError:
            return "late" if hurry.end(task) else "cancelled"
        return "late after all" if hurry.end(task) else "in time"

    first = await asyncio.gather(*(reads(what) for what in (come, never, come, never)))
    later = await asyncio.gather(*(reads(what) for what in (never, come)))

    assert first == ["in time", "late", "in time", "late"]
    assert later == ["late", "in time"]


async def test_who_was_late_goes_on_as_if_never_cancelled() -> None:
    hurry = Hurry(0.01)
    task = hurry.begin()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.Event().wait()

    assert hurry.end(task)
    assert task.cancelling() == 0


async def test_who_is_cancelled_by_others_is_not_late() -> None:
    hurry, begun, told = Hurry(60), asyncio.Event(), list[bool]()

    async def reads() -> None:
        task = hurry.begin()
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.append(hurry.end(task))

    reading = asyncio.create_task(reads())
    await begun.wait()
    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
    assert told == [False]
