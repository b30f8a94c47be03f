"""The part of a list of followers that concerns one other host (FEP-8fcf), for that host alone."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.settings import Settings
from federation.documents import Document
from federation.models import Follow
from federation.synchronisation import PARTIAL
from federation.uris import Uris
from federation.vocabulary.collections import collection

MAX_LISTED = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def partial_followers_document(db: AsyncSession, settings: Settings, actor: str, host: str) -> Document:
    """Which actors at `host` follow an actor of ours (its key, see uris.py)."""
    uri = Uris(settings.origin).actor(actor)
    rows = await db.execute(
        select(Follow.follower_uri, Follow.created_at)
        .where(Follow.followed_uri == uri, Follow.follower_host == host, Follow.state == "accepted")
        .order_by(Follow.id)
        .limit(MAX_LISTED)
    )
    found = rows.all()
    items = [follower for follower, _ in found]
    body = collection(f"{uri}/{PARTIAL}", len(items), items=items)
    return Document(body, max((at for _, at in found), default=EPOCH), is_public=False)
