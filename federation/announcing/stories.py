"""Tells followers and allies what our people tell, each story to those for whom it is.

A public story goes to its author's followers and to our allies; one for the alliance to our allies alone;
one for the company nowhere.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from alliance.composing import handles_in
from alliance.models import Company, Story
from alliance.story_facts import StoryChanged, StoryTakenBack, StoryTold
from alliance.telling import people_called
from alliance.unit_of_work import UnitOfWork
from federation.announcing.taking_back import take_back
from federation.models import OutboxActivity
from federation.outbox import send
from federation.recipients import follower_inboxes, inbox_of, partner_inboxes, told_of
from federation.translate.story_note import note_of_story, story_uri
from federation.uris import Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import NOTE_CONTEXT
from federation.vocabulary.note import Note

MOST_TOLD_AGAIN = 200
_LATELY = timedelta(days=90)


async def on_told(uow: UnitOfWork, fact: StoryTold) -> None:
    """Create(Note) by the person."""
    await _send(uow, "Create", fact.story, await _readers(uow, fact.story))


async def on_changed(uow: UnitOfWork, fact: StoryChanged) -> None:
    """Update(Note) to those, and to everybody who was ever told of it."""
    address = story_uri(fact.story, Uris(uow.settings.origin))
    if inboxes := await _readers(uow, fact.story):
        await _send(uow, "Update", fact.story, inboxes | await told_of(uow.db, address))


async def on_taken_back(uow: UnitOfWork, fact: StoryTakenBack) -> None:
    """Delete with a Tombstone to everybody who was ever told of it."""
    address = story_uri(fact.story, Uris(uow.settings.origin))
    if inboxes := await told_of(uow.db, address):
        await take_back(uow, fact.story, address, inboxes)


async def tell_stories_again(uow: UnitOfWork, company: Company) -> None:
    """To one ally, new or back from a pause: what our people told lately, and what they took back of it.

    The newest 200 stories of the last 90 days, oldest first.
    """
    rows = await uow.db.scalars(
        select(Story)
        .where(Story.uri.is_(None), Story.audience != "company", Story.created_at > uow.now - _LATELY)
        .order_by(Story.id.desc())
        .limit(MOST_TOLD_AGAIN)
        .options(joinedload(Story.session), selectinload(Story.pictures))
    )
    inbox = inbox_of(company)
    for story in reversed(rows.all()):
        address = story_uri(story, Uris(uow.settings.origin))
        if story.state == "shown":
            await _send(uow, "Update", story, {inbox})
        elif inbox in await told_of(uow.db, address):
            await take_back(uow, story, address, {inbox})


async def note_with_everything(uow: UnitOfWork, story: Story) -> Note:
    """The story as it is now, with what it tells about and whom it names."""
    uris = Uris(uow.settings.origin)
    await uow.db.refresh(story, ["session", "pictures"])
    parent = await uow.db.get(Story, story.parent_id) if story.parent_id is not None else None
    named = await people_called(uow.db, handles_in(story.text), uow.settings.origin)
    return note_of_story(story, uris, session=story.session, parent=parent, named=named)


async def _readers(uow: UnitOfWork, story: Story) -> set[str]:
    if story.audience == "company":
        return set()
    inboxes = await partner_inboxes(uow.db)
    if story.audience == "public":
        author = Uris(uow.settings.origin).person(story.author_id)
        inboxes |= await follower_inboxes(uow.db, author)
    return inboxes


async def _send(uow: UnitOfWork, kind: str, story: Story, inboxes: set[str]) -> OutboxActivity | None:
    if story.audience == "company":
        return None
    note = await note_with_everything(uow, story)
    body = activity(
        kind,
        actor=note.attributed_to,
        object=note.as_json(),
        to=list(note.to),
        cc=[*note.cc, *(who for who, _ in note.mentions)],
        context=NOTE_CONTEXT,
        published=uow.now,
    )
    return await send(
        uow,
        actor=person_actor(story.author_id),
        activity=body,
        object_uri=note.id,
        inboxes=inboxes,
        is_public=story.audience == "public",
    )
