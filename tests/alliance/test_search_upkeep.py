"""The index of the search is written anew after an upgrade, and its parts are joined, while it is used."""

import asyncio

import pytest
from sqlalchemy import delete, text

from alliance.models import SearchDocument, SearchWord
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import EVERYTHING
from alliance.search_upkeep import merge_index, renew_index
from alliance.searching import LISTENERS, VERSION_MARK, index_sessions
from alliance.visibility import employee_viewer
from tests.alliance.stage import Stage
from tests.support.eventually import eventually

pytestmark = pytest.mark.anyio


async def found(stage: Stage, typed: str) -> list[str]:
    async with stage.instance.reading() as db:
        viewer, now = employee_viewer(stage.host.id), stage.instance.clock.now()
        answer = await search(db, viewer, question_of(typed), EVERYTHING, now=now)
        return sorted(session.title for session in answer.sessions)


async def test_an_index_of_an_older_version_is_written_anew_once(stage: Stage) -> None:
    await stage.publish(title="Lenses")
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(delete(SearchDocument))
        await uow.db.execute(delete(SearchWord))
        uow.db.add(SearchWord(variant=VERSION_MARK, word="1"))
    assert await found(stage, "lenses") == []

    assert await renew_index(stage.instance)

    assert await found(stage, "lenses") == ["Lenses"]
    assert await found(stage, "lensse") == ["Lenses"]
    assert not await renew_index(stage.instance)


async def test_what_many_changes_left_behind_is_joined(stage: Stage) -> None:
    stage.instance.listeners = LISTENERS
    titles = [f"Lenses {number}" for number in range(6)]
    for title in titles:
        await stage.publish(title=title)

    assert await found(stage, "lenses") == titles
    portions = await merge_index(stage.instance)

    assert await found(stage, "lenses") == titles
    assert await merge_index(stage.instance) == 0
    if stage.instance.database.is_sqlite:
        assert portions > 0
        async with stage.instance.reading() as db:
            # The number of a part stands above 37 bits of the place of each of its pages.
            parts = "SELECT count(DISTINCT id >> 37) FROM search_index_data WHERE id >= 1 << 37"
            assert await db.scalar(text(parts)) == 1


async def test_nobody_finds_the_version(stage: Stage) -> None:
    await renew_index(stage.instance)

    assert await found(stage, "_version") == await found(stage, "version") == []


async def test_two_who_write_of_the_same_thing_at_once_leave_it_there_once(stage: Stage) -> None:
    stage.instance.listeners = LISTENERS
    session = await stage.publish(title="Lenses")
    two_have_begun = asyncio.Event()

    async def second() -> None:
        async with stage.instance.unit_of_work() as uow:
            two_have_begun.set()
            await index_sessions(uow.db, [session.id])

    async with stage.instance.unit_of_work() as uow:
        await index_sessions(uow.db, [session.id])
        other = asyncio.create_task(second())
        if not stage.instance.database.is_sqlite:  # where the second begins when the first is through
            await two_have_begun.wait()
            await eventually(lambda: _waits(stage), within=10)
    await other

    assert await found(stage, "lenses") == ["Lenses"]


async def _waits(stage: Stage) -> bool:
    async with stage.instance.reading() as db:
        asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
        return bool(await db.scalar(text(asked)))
