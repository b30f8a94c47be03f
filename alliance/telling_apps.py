"""Notes for apps what has a place nowhere else: messages, and stories that name somebody."""

from alliance.models import Notification
from alliance.story_facts import MessageWritten, StoryTold
from alliance.unit_of_work import UnitOfWork


async def on_message(uow: UnitOfWork, fact: MessageWritten) -> None:
    """Somebody got a message; what they wrote themselves is no news to them."""
    message = fact.message
    if message.direction == "to":
        uow.db.add(
            Notification(
                id=uow.new_id(),
                kind="message",
                person_id=message.person_id,
                message_id=message.id,
                created_at=uow.now,
            )
        )
        await uow.db.flush()


async def on_story(uow: UnitOfWork, fact: StoryTold) -> None:
    """A story names some of our people; whoever names themselves hears nothing."""
    for person_id in sorted(set(fact.mentioned) - {fact.author.id}):
        uow.db.add(
            Notification(
                id=uow.new_id(),
                kind="story_mention",
                person_id=person_id,
                story_id=fact.story.id,
                created_at=uow.now,
            )
        )
    await uow.db.flush()
