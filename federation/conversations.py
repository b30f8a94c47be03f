"""What our people said, and the conversations about our sessions, as documents for other servers."""

import secrets
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.errors import NotFound
from alliance.models import Comment
from alliance.queries.comments import comment_to_fetch, replies
from alliance.settings import Settings
from alliance.visibility import Viewer
from federation.documents import Document, eyes_of, session_document, tombstone
from federation.translate.comment_note import comment_uri, note_of
from federation.uris import Uris, comment_key, identifier
from federation.vocabulary.collections import collection, collection_page
from federation.vocabulary.contexts import ACTIVITYSTREAMS, with_context, without_context

PER_PAGE = 50


async def comment_document(db: AsyncSession, viewer: Viewer, settings: Settings, key: str) -> Document:
    """A comment of one of our people, its Tombstone once they took it back. Raises NotFound.

    `key` is what its address ends with. Nobody sees more than of the session that it is about.
    """
    found = comment_key(key)
    if found is None:
        raise NotFound
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    comment = await comment_to_fetch(db, eyes, found[0])
    if not secrets.compare_digest(comment.token.encode(), found[1].encode()):
        raise NotFound
    if comment.state == "deleted":
        gone = tombstone(comment_uri(comment, uris), comment.updated_at, former="Note")
        return replace(gone, is_public=comment.audience == "public" == comment.session.audience)
    parent = await _parent(db, comment)
    author = parent.author if parent is not None else None
    note = note_of(comment, comment.session, comment.session.company, uris, parent, author)
    body = with_context(ACTIVITYSTREAMS, note.as_json())
    return Document(body, comment.updated_at, is_public=note.is_public)


async def replies_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, session_id: int, page: str | None
) -> Document:
    """The conversation about a session of ours, oldest first, as far as `viewer` may read it.

    Without `page` the collection with its first page. Raises NotFound; a withdrawn session has a Tombstone.
    """
    shown = await session_document(db, viewer, settings, session_id)
    if shown.status != 200:
        return shown
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    address = uris.replies(session_id)
    after = 0 if page in (None, "true") else identifier(page or "")
    if after is None:
        raise NotFound
    comments, total = await replies(db, eyes, session_id, after=after, limit=PER_PAGE + 1)
    onward = f"{address}?page={comments[PER_PAGE - 1].id}" if len(comments) > PER_PAGE else None
    part = collection_page(
        f"{address}?page={page or 'true'}",
        part_of=address,
        items=[comment_uri(comment, uris) for comment in comments[:PER_PAGE]],
        next_page=onward,
    )
    body = part if page is not None else collection(address, total) | {"first": without_context(part)}
    # Allies may read more of it than others, so what they get is theirs alone.
    return Document(body, shown.updated_at, is_public=shown.is_public and eyes.company_id is None)


async def _parent(db: AsyncSession, comment: Comment) -> Comment | None:
    if comment.parent_id is None:
        return None
    return await db.scalar(
        select(Comment).where(Comment.id == comment.parent_id).options(joinedload(Comment.author))
    )
