"""Tells followers which sessions are next: Add and Remove of the company's `featured` collection.

Mastodon pins what is added and takes the pin off again; other servers pass over it.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Session
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.listings import featured_for_everybody
from federation.outbox import send
from federation.recipients import follower_inboxes
from federation.told import FeaturedSession
from federation.uris import COMPANY, PUBLIC, Uris
from federation.vocabulary.activities import activity


async def is_featured_news_due(db: AsyncSession, settings: Settings, now: datetime) -> bool:
    """Whether `flush_featured_news` would find something to tell."""
    added, removed = await _difference(db, settings, now)
    return bool(added or removed)


async def flush_featured_news(uow: UnitOfWork) -> int:
    """Tells followers what has come and gone since the last time; how many of it it told.

    Never more than a Remove and an Add for each place in the collection, however much was published
    meanwhile. Several workers may try at once: each change belongs to the one who wrote it down.
    """
    inboxes = await follower_inboxes(uow.db, Uris(uow.settings.origin).company)
    added, removed = await _difference(uow.db, uow.settings, uow.now)
    told = 0
    for session_id in removed:
        gone = delete(FeaturedSession).where(FeaturedSession.session_id == session_id)
        if await uow.db.scalar(gone.returning(FeaturedSession.session_id)) is not None:
            told += await _tell(uow, "Remove", session_id, inboxes)
    for session_id in added:
        row = insert(uow.db, FeaturedSession).values(session_id=session_id, since=uow.now)
        new = row.on_conflict_do_nothing(index_elements=["session_id"]).returning(FeaturedSession.session_id)
        if await uow.db.scalar(new) is not None:
            told += await _tell(uow, "Add", session_id, inboxes)
    return told


async def _difference(db: AsyncSession, settings: Settings, now: datetime) -> tuple[list[int], list[int]]:
    """What has come, in the order of the collection, and what has gone."""
    wanted = [session.id for session in await featured_for_everybody(db, settings, now=now)]
    known = list((await db.scalars(select(FeaturedSession.session_id))).all())
    return [one for one in wanted if one not in known], sorted(one for one in known if one not in wanted)


async def _tell(uow: UnitOfWork, kind: str, session_id: int, inboxes: set[str]) -> int:
    """Of what is no longer public they have been told by a Delete."""
    public = select(Session.id).where(Session.audience == "public", Session.withdrawn_at.is_(None))
    if not inboxes or await uow.db.scalar(public.where(Session.id == session_id)) is None:
        return 0
    uris = Uris(uow.settings.origin)
    page = uris.session(session_id)
    body = activity(
        kind,
        actor=uris.company,
        object=page,
        to=[PUBLIC],
        cc=[f"{uris.company}/followers"],
        target=f"{uris.company}/featured",
        published=uow.now,
    )
    await send(uow, actor=COMPANY, activity=body, object_uri=page, inboxes=inboxes, is_public=True)
    return 1
