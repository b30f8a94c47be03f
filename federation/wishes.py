"""What our people ask for, as documents for other servers."""

import secrets
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.queries.wishes import voices_of, wish_to_fetch
from alliance.settings import Settings
from alliance.visibility import Viewer
from federation.announcing.wishes import answers_of
from federation.documents import Document, eyes_of, is_allied, tombstone
from federation.translate.wish_note import proposal_of, wish_uri
from federation.uris import Uris, comment_key
from federation.vocabulary.contexts import with_context
from federation.vocabulary.proposal import PROPOSAL_CONTEXT


async def wish_document(db: AsyncSession, viewer: Viewer, settings: Settings, key: str) -> Document:
    """A request of one of our people, its Tombstone once they took it back. Raises NotFound.

    `key` is what its address ends with. Who wants it and what answers it is for allies.
    """
    found = comment_key(key)
    if found is None:
        raise NotFound
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    wish = await wish_to_fetch(db, eyes, found[0])
    if not secrets.compare_digest(wish.token.encode(), found[1].encode()):
        raise NotFound
    is_public = wish.audience == "public"
    if wish.state == "deleted":
        return replace(tombstone(wish_uri(wish, uris), wish.updated_at, former="Note"), is_public=is_public)
    is_ally = await is_allied(db, eyes)
    proposal = proposal_of(
        wish,
        uris,
        voices=(await voices_of(db, [wish], None))[wish.id] if is_ally else None,
        answers=await answers_of(db, wish.id, uris) if is_ally else None,
    )
    body = with_context(PROPOSAL_CONTEXT, proposal.as_json())
    return Document(body, wish.updated_at, is_public=is_public and not is_ally)
