"""Pictures that people bring along before they tell what they belong to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import PlannedWords, Story, StoryPicture
from alliance.pictures import StoredPicture, discard_afterwards
from alliance.story_facts import StoryChanged
from alliance.telling import story_with
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork

LONGEST_DESCRIPTION = 1500
MOST_WAITING = 20
KEPT = timedelta(days=1)
_AT_ONCE = 500


async def bring_picture(
    uow: UnitOfWork, owner_id: int, picture: StoredPicture, description: str
) -> StoryPicture:
    """Keeps it for a story that is to come, for a day. Raises Conflict when too many wait already."""
    waiting = select(func.count()).where(StoryPicture.owner_id == owner_id, StoryPicture.story_id.is_(None))
    if (await uow.db.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict("Many of your pictures wait for a story already.")
    row = StoryPicture(
        id=uow.new_id(),
        owner_id=owner_id,
        name=picture.name,
        width=picture.width,
        height=picture.height,
        description=clean_text(description, LONGEST_DESCRIPTION),
        created_at=uow.now,
    )
    uow.db.add(row)
    await uow.db.flush()
    return row


async def own_picture(uow: UnitOfWork, picture_id: int, owner_id: int) -> StoryPicture:
    """A picture of this person. Raises NotFound for anybody else's."""
    found = await uow.db.get(StoryPicture, picture_id)
    if found is None or found.owner_id != owner_id:
        raise NotFound
    return found


async def refuse_unless_waiting(uow: UnitOfWork, picture_ids: Sequence[int], owner_id: int) -> None:
    """Raises Invalid unless these are pictures of this person that are beside no story yet."""
    theirs = StoryPicture.owner_id == owner_id, StoryPicture.story_id.is_(None)
    found = select(func.count()).where(StoryPicture.id.in_(picture_ids), *theirs)
    if picture_ids and await uow.db.scalar(found) != len(set(picture_ids)):
        raise Invalid("This picture is not there any more. Please choose it again.", field="pictures")


async def describe_picture(uow: UnitOfWork, picture_id: int, owner_id: int, description: str) -> StoryPicture:
    """Says in other words what it shows, also beside a story that is told already. Raises NotFound."""
    picture = await own_picture(uow, picture_id, owner_id)
    words = clean_text(description, LONGEST_DESCRIPTION)
    if words != picture.description:
        picture.description = words
        await uow.db.flush()
        await _tell(uow, picture)
    return picture


async def throw_picture_away(uow: UnitOfWork, picture_id: int, owner_id: int) -> None:
    """One that is beside no story yet. Raises NotFound, Conflict."""
    picture = await own_picture(uow, picture_id, owner_id)
    if picture.story_id is not None:
        raise Conflict("This picture belongs to a story. Change the story to take it away.")
    discard_afterwards(uow, picture.name)
    await uow.db.delete(picture)
    await uow.db.flush()


async def forget_waiting_pictures(uow: UnitOfWork) -> int:
    """Throws away what has waited for a day and is not planned for later; how many went (at most 500)."""
    plans: Any = await uow.db.scalars(select(PlannedWords.wishes).where(PlannedWords.problem == ""))
    planned = {int(one) for wishes in plans for one in wishes["pictures"]}
    rows = await uow.db.scalars(
        select(StoryPicture)
        .where(
            StoryPicture.story_id.is_(None),
            StoryPicture.created_at < uow.now - KEPT,
            StoryPicture.id.not_in(planned),
        )
        .limit(_AT_ONCE)
    )
    old = list(rows)
    for picture in old:
        discard_afterwards(uow, picture.name)
        await uow.db.delete(picture)
    await uow.db.flush()
    return len(old)


async def _tell(uow: UnitOfWork, picture: StoryPicture) -> None:
    story: Story | None = await story_with(uow, picture.story_id) if picture.story_id is not None else None
    if story is not None and story.state == "shown":
        story.updated_at = uow.now
        await uow.db.flush()
        uow.record(StoryChanged(story, story.author))
