"""What people of the demo tell, as it is written and as it goes on stage."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.models import Story
from alliance.text import one_line
from tests.support.founding import Founded
from web.demo.content import COMPANIES
from web.demo.content.stories import STORIES, DemoStory
from web.demo.stage_company import Cast
from web.demo.stage_stories import tell_stories

HOMES = {person.key: company.key for company in COMPANIES for person in company.people}
ABOUT = {session.title: (session, company) for company in COMPANIES for session in company.sessions}

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.teller}-{story.hours_ago}")
async def test_somebody_tells_of_what_they_could_see(story: DemoStory) -> None:
    assert story.teller in HOMES
    assert 200 < len(story.text) < 700
    assert "!" not in story.text
    if story.about:
        session, company = ABOUT[story.about]
        assert session.audience != "company" or company.key == HOMES[story.teller]


async def test_every_company_tells_in_both_languages_and_to_everybody() -> None:
    told = {(HOMES[story.teller], story.language) for story in STORIES}
    public = {HOMES[story.teller] for story in STORIES if story.audience == "public"}
    across = [one for one in STORIES if one.about and ABOUT[one.about][1].key != HOMES[one.teller]]

    assert {language for _, language in told} == {"de", "en"}
    assert {company for company, _ in told} == public == {company.key for company in COMPANIES}
    assert len(across) >= 4


async def test_they_are_told_oldest_first_and_stand_at_their_hour(founded: Founded) -> None:
    nordlicht = COMPANIES[0]
    people = {
        one.key: (founded.employee if one.key == "hauke" else founded.admin).id for one in nordlicht.people
    }
    cast = Cast(nordlicht, founded.instance.settings, _Federation(founded.instance), people=people)  # type: ignore[arg-type]

    await tell_stories([cast])

    async with founded.instance.reading() as db:
        stories = list(await db.scalars(select(Story).order_by(Story.id).options(joinedload(Story.author))))
    assert [one.created_at for one in stories] == sorted(one.created_at for one in stories)
    assert len(stories) == sum(HOMES[one.teller] == "nordlicht" for one in STORIES)
    assert {one.created_at.astimezone(ZoneInfo("UTC")).second for one in stories} == {0}
    assert all(one_line(one.text, 40) for one in stories)


class _Federation:
    """As much of a federation as telling needs: the instance."""

    def __init__(self, instance: object) -> None:
        self.instance = instance
