"""What our people tell, as documents for other servers: each story, and the outbox of each person."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.composing import handles_in
from alliance.errors import NotFound
from alliance.models import Session, Story
from alliance.queries.stories import count_of_stories, own_stories, story_to_fetch
from alliance.settings import Settings
from alliance.telling import people_called
from alliance.visibility import Viewer
from federation.documents import Document, eyes_of, tombstone
from federation.models import OutboxActivity
from federation.translate.story_note import note_of_story, story_uri
from federation.uris import LARGEST_ID, Uris, comment_key, identifier
from federation.vocabulary.activities import activity
from federation.vocabulary.collections import collection, collection_page
from federation.vocabulary.contexts import NOTE_CONTEXT, with_context, without_context
from federation.vocabulary.note import Note
from federation.vocabulary.values import Json

PER_PAGE = 20
_FIRST_PAGE = "true"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def story_document(db: AsyncSession, viewer: Viewer, settings: Settings, key: str) -> Document:
    """A story of one of our people as a Note, its Tombstone once they took it back. Raises NotFound.

    `key` is what its address ends with.
    """
    found = comment_key(key)
    if found is None:
        raise NotFound
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    story = await story_to_fetch(db, eyes, found[0])
    if not secrets.compare_digest(story.token.encode(), found[1].encode()):
        raise NotFound
    if story.state == "deleted":
        gone = tombstone(story_uri(story, uris), story.updated_at, former="Note")
        return replace(gone, is_public=story.audience == "public")
    (note,) = await _notes(db, settings, [story])
    body = with_context(NOTE_CONTEXT, note.as_json())
    return Document(body, story.updated_at, is_public=story.audience == "public")


async def outbox_of_person(
    db: AsyncSession, viewer: Viewer, settings: Settings, person_id: int, page: str | None
) -> Document:
    """What one of our people told that `viewer` may see now, newest first.

    Without `page` the collection; `true` is its first page. Raises NotFound for a page that can't be.
    """
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    address = f"{uris.person(person_id)}/outbox"
    if page is None:
        total = await count_of_stories(db, eyes, person_id)
        body = collection(address, total, first=f"{address}?page={_FIRST_PAGE}")
        return Document(body, _EPOCH, is_public=eyes.company_id is None)
    before = LARGEST_ID if page == _FIRST_PAGE else identifier(page)
    if before is None:
        raise NotFound
    found = await own_stories(db, eyes, person_id, before=before, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    body = collection_page(
        f"{address}?page={page}",
        part_of=address,
        items=await _creates(db, settings, shown),
        next_page=f"{address}?page={shown[-1].id}" if len(found) > PER_PAGE else None,
        context=NOTE_CONTEXT,
    )
    return Document(body, _EPOCH, is_public=eyes.company_id is None)


async def _creates(db: AsyncSession, settings: Settings, stories: list[Story]) -> list[Json]:
    """The activities with which these were told, showing them as they are now."""
    uris, notes = Uris(settings.origin), await _notes(db, settings, stories)
    sent = await db.execute(
        select(OutboxActivity.object_uri, func.min(OutboxActivity.id))
        .where(OutboxActivity.object_uri.in_([note.id for note in notes]), OutboxActivity.type == "Create")
        .group_by(OutboxActivity.object_uri)
    )
    numbers: dict[str, int] = {row[0]: row[1] for row in sent}
    return [_create(note, uris, numbers) for note in notes]


def _create(note: Note, uris: Uris, numbers: dict[str, int]) -> Json:
    number = numbers.get(note.id)
    made = activity(
        "Create",
        id=uris.activity(number) if number is not None else f"{note.id}#create",
        actor=note.attributed_to,
        object=note.as_json(),
        to=list(note.to),
        cc=list(note.cc),
        published=note.published,
    )
    return without_context(made)


async def _notes(db: AsyncSession, settings: Settings, stories: list[Story]) -> list[Note]:
    """The same as Notes, with what they tell about, answer and name; three queries, however many."""
    uris = Uris(settings.origin)
    about = select(Session).where(Session.id.in_({story.session_id for story in stories}))
    sessions = {one.id: one for one in await db.scalars(about)}
    answered = select(Story).where(Story.id.in_({story.parent_id for story in stories}))
    parents = {one.id: one for one in await db.scalars(answered)}
    handles = {handle for story in stories for handle in handles_in(story.text)}
    named = await people_called(db, sorted(handles), settings.origin)
    return [
        note_of_story(
            story,
            uris,
            session=sessions.get(story.session_id or 0),
            parent=parents.get(story.parent_id or 0),
            named=named,
        )
        for story in stories
    ]
