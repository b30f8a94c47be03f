"""Lets the people of the demo tell what they learned."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from alliance.models import Employee, Session
from alliance.telling import Telling, tell_story
from alliance.unit_of_work import UnitOfWork
from web.demo.content.stories import STORIES, DemoStory
from web.demo.stage_company import Cast


async def tell_stories(casts: Sequence[Cast]) -> None:
    """Each story in its teller's company, the oldest of all first; call it once everybody sees everybody."""
    for story in sorted(STORIES, key=lambda one: -one.hours_ago):
        for cast in casts:
            if story.teller in cast.people:
                async with cast.federation.instance.unit_of_work() as uow:
                    await _tell(uow, cast, story)


async def _tell(uow: UnitOfWork, cast: Cast, story: DemoStory) -> None:
    by = await uow.db.get_one(Employee, cast.people[story.teller])
    about = select(Session.id).where(Session.title == story.about).order_by(Session.starts_at).limit(1)
    telling = Telling(
        text=story.text,
        audience=story.audience,
        language=story.language,
        session_id=await uow.db.scalar(about) if story.about else None,
    )
    told = await tell_story(uow, by, telling)
    told.created_at = told.updated_at = uow.now - timedelta(hours=story.hours_ago)
