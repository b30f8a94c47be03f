"""Stories between companies, over real HTTP: told, changed, answered, taken back, and told to a new ally."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.models import Person, Story
from alliance.telling import Telling, change_story, take_back_story, tell_story
from federation.models import ReceivedActivity
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke is allied with Linde, and not yet with Ulme."""
    async with neighbourhood(databases, tmp_path, "birke", "linde", "ulme") as companies:
        birke, linde, _ = companies
        await ally(birke, linde)
        yield companies


async def tells(here: Neighbour, text: str, audience: str = "alliance", parent: int | None = None) -> Story:
    async with here.instance.unit_of_work() as uow:
        telling = Telling(text=text, audience=audience, parent_id=parent)
        return await tell_story(uow, here.employee, telling)


async def seen(here: Neighbour, text: str) -> Story | None:
    async with here.instance.reading() as db:
        return await db.scalar(select(Story).where(Story.html == f"<p>{text}</p>"))


async def states(here: Neighbour) -> list[tuple[str, str]]:
    async with here.instance.reading() as db:
        return [(one.state, one.html) for one in await db.scalars(select(Story).order_by(Story.id))]


async def test_a_story_lives_at_an_ally_as_at_home(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    story = await tells(birke, "Barfuß")
    await tells(birke, "Geheim", audience="company")
    there = await eventually(lambda: seen(linde, "Barfuß"))
    assert there is not None
    async with linde.instance.reading() as db:
        author = await db.get_one(Person, there.author_id)
    assert (author.name, there.audience) == ("Jonas Birke", "alliance")

    answer = await tells(linde, "Mit Socken", parent=there.id)
    back = await eventually(lambda: seen(birke, "Mit Socken"))
    assert back is not None
    assert back.parent_id == story.id

    async with birke.instance.unit_of_work() as uow:
        await change_story(uow, story.id, birke.employee, Telling(text="In Stiefeln"))
    await eventually(lambda: seen(linde, "In Stiefeln"))

    async with birke.instance.unit_of_work() as uow:
        await take_back_story(uow, story.id, birke.employee)

    async def is_gone() -> bool:
        return ("deleted", "") in await states(linde)

    assert await eventually(is_gone)
    assert answer.state == "shown"
    assert await states(ulme) == []
    async with ulme.instance.reading() as db:
        assert list(await db.scalars(select(ReceivedActivity.type))) == []


async def test_a_new_ally_hears_what_was_told_lately(three: list[Neighbour]) -> None:
    birke, _, ulme = three
    await tells(birke, "Barfuß")
    await tells(birke, "Geheim", audience="company")

    await ally(birke, ulme)

    await eventually(lambda: seen(ulme, "Barfuß"))
    assert [html for _, html in await states(ulme)] == ["<p>Barfuß</p>"]
