"""Keeps what apps show of stories and messages up to date: hears of them, and writes their rows."""

from typing import Any

from sqlalchemy import exists, select

from alliance.composing import hashtags_in
from alliance.facts import Fact
from alliance.models import Message, Person, Posting, Story, StoryPicture, Topic
from alliance.models.posting import moment_of_writing
from alliance.posting import post, posting_of, take_down
from alliance.queries.companies import home_company
from alliance.story_facts import (
    MessageChanged,
    MessageWritten,
    StoryChanged,
    StoryReceived,
    StoryTakenBack,
    StoryTold,
)
from alliance.text import plain_text, slug_of
from alliance.unit_of_work import Listener, UnitOfWork


async def on_story(uow: UnitOfWork, fact: Any) -> None:
    """A story was told, changed, hidden or taken back, here or there."""
    await keep_story(uow, fact.story)


async def on_message(uow: UnitOfWork, fact: Any) -> None:
    """A message was written or says something else now."""
    await keep_message(uow, fact.message)


LISTENERS: dict[type[Fact], list[Listener]] = {
    StoryTold: [on_story],
    StoryChanged: [on_story],
    StoryTakenBack: [on_story],
    StoryReceived: [on_story],
    MessageWritten: [on_message],
    MessageChanged: [on_message],
}


async def keep_story(uow: UnitOfWork, story: Story) -> None:
    """One that was hidden keeps its row, because its author and moderators may read it."""
    if story.state == "deleted":
        await take_down(uow, "story", story.id)
        return
    pictured = exists().where(StoryPicture.story_id == story.id)
    posting = await post(
        uow,
        kind="story",
        author_id=story.author_id,
        company_id=await uow.db.scalar(select(Person.company_id).where(Person.id == story.author_id)),
        session_id=story.session_id,
        story_id=story.id,
        audience=story.audience,
        created_at=story.created_at,
        changed_at=story.updated_at if story.edits else None,
        parent_id=await _parent(uow, "story", story.parent_id),
        is_listed=not story.is_quiet,
        has_picture=bool(await uow.db.scalar(select(pictured))),
        topics=await _topics(uow, story),
    )
    # Streams look at it once more: that it was hidden, or is shown again, stands in no column of the row.
    posting.edition = moment_of_writing()


async def keep_message(uow: UnitOfWork, message: Message) -> None:
    """For the one person whose message it is."""
    mine = message.direction == "from"
    await post(
        uow,
        kind="message",
        author_id=message.person_id if mine else message.other_id,
        company_id=(await home_company(uow.db)).id,
        message_id=message.id,
        audience="direct",
        created_at=message.created_at,
        parent_id=await _parent(uow, "message", message.parent_id),
    )


async def _parent(uow: UnitOfWork, kind: str, reference_id: int | None) -> int | None:
    row: Posting | None = await posting_of(uow, kind, reference_id) if reference_id is not None else None
    return row.id if row is not None else None


async def _topics(uow: UnitOfWork, story: Story) -> list[int]:
    """Topics that are known here already: words of strangers make no new ones."""
    slugs = [slug_of(tag) for tag in hashtags_in(story.text or plain_text(story.html))]
    if not slugs:
        return []
    return list((await uow.db.scalars(select(Topic.id).where(Topic.slug.in_(slugs)))).all())
