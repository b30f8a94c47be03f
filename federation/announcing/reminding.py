"""Announces public sessions again the day before they begin, where the operator wants that."""

from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Session
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.announcing.announces import announce
from federation.models import OutboxActivity
from federation.outbox import send
from federation.recipients import follower_inboxes
from federation.told import SessionReminder
from federation.uris import INSTANCE, PUBLIC, Uris
from federation.vocabulary.activities import activity

BEFORE = timedelta(days=1)
# What was published this morning needs no reminder in the afternoon.
OLD_NEWS = timedelta(hours=12)
AT_ONCE = 50


async def is_reminder_due(db: AsyncSession, settings: Settings, now: datetime) -> bool:
    """Whether `flush_reminders` would find something to announce."""
    if not settings.announce_again or settings.federation != "open":
        return False
    return bool(await db.scalar(select(exists().where(*_due(now)))))


async def flush_reminders(uow: UnitOfWork) -> int:
    """Announces what begins within a day, each session once and never again; tells how many.

    Several workers may try at once: the reminder belongs to the one whose row it is.
    """
    found = await uow.db.scalars(
        select(Session.id).where(*_due(uow.now)).order_by(Session.starts_at, Session.id).limit(AT_ONCE)
    )
    count = 0
    for session_id in found.all():
        row = insert(uow.db, SessionReminder).values(session_id=session_id, announced_at=uow.now)
        mine = row.on_conflict_do_nothing(index_elements=["session_id"]).returning(SessionReminder.session_id)
        if await uow.db.scalar(mine) is not None:
            await _take_back(uow, session_id)
            await announce(uow, session_id)
            count += 1
    return count


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Session.uri.is_(None),
        Session.audience == "public",
        Session.status.in_(("scheduled", "tentative")),
        Session.withdrawn_at.is_(None),
        Session.starts_at > now,
        Session.starts_at <= now + BEFORE,
        Session.published_at <= now - OLD_NEWS,
        ~exists().where(SessionReminder.session_id == Session.id),
    )


async def _take_back(uow: UnitOfWork, session_id: int) -> None:
    """Undo of the Announce before: Mastodon takes a second one of the same thing for the first.

    See its app/lib/activitypub/activity/announce.rb, in 4.5.
    """
    uris = Uris(uow.settings.origin)
    page = uris.session(session_id)
    before = await uow.db.scalar(
        select(OutboxActivity)
        .where(
            OutboxActivity.object_uri == page,
            OutboxActivity.type == "Announce",
            OutboxActivity.actor == INSTANCE,
        )
        .order_by(OutboxActivity.id.desc())
        .limit(1)
    )
    inboxes = await follower_inboxes(uow.db, uris.instance)
    if before is None or not inboxes:
        return
    said = orjson.loads(before.body)
    announced = {name: said[name] for name in ("id", "type", "actor", "object")}
    body = activity(
        "Undo",
        actor=uris.instance,
        object=announced,
        to=[PUBLIC],
        cc=[f"{uris.instance}/followers"],
        published=uow.now,
    )
    await send(uow, actor=INSTANCE, activity=body, object_uri=page, inboxes=inboxes, is_public=True)
