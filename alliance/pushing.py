"""Devices subscribe to notifications; what is to be pushed to them waits in rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.identifiers import first_identifier_of
from alliance.models import (
    AppToken,
    Employee,
    Notification,
    Person,
    PushKey,
    PushMessage,
    PushSubscription,
)
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

KEY_PURPOSE = "push_key.sealed"
NEWS_FOR = timedelta(hours=1)
"""What is older is no news any more: whoever opens the app sees it."""
MOST_ATTEMPTS = 6
MOST_AT_ONCE = 500
_FIRST_RETRY = timedelta(seconds=20)
_KEY_ID = 1


@dataclass(frozen=True, kw_only=True)
class Device:
    """Where to push to, and with what to encrypt; checked by the door."""

    endpoint: str
    p256dh: str
    auth: str
    is_standard: bool


async def push_key(db: AsyncSession) -> PushKey | None:
    """The instance's key, once there is one."""
    return await db.get(PushKey, _KEY_ID)


async def keep_push_key(uow: UnitOfWork, public: str, secret: str) -> PushKey:
    """The instance's key: this one, unless another process was quicker."""
    row = insert(uow.db, PushKey).values(
        id=_KEY_ID, public=public, sealed=uow.vault.seal(secret, KEY_PURPOSE), created_at=uow.now
    )
    await uow.db.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    return await uow.db.get_one(PushKey, _KEY_ID)


async def subscribe(
    uow: UnitOfWork, token_id: int, device: Device, alerts: Sequence[str], policy: str
) -> PushSubscription:
    """The one subscription of a token; what it had before ends."""
    await unsubscribe(uow, token_id)
    made = PushSubscription(
        id=uow.new_id(),
        token_id=token_id,
        endpoint=device.endpoint,
        p256dh=device.p256dh,
        auth=device.auth,
        is_standard=device.is_standard,
        alerts=list(alerts),
        policy=policy,
        created_at=uow.now,
    )
    uow.db.add(made)
    await uow.db.flush()
    return made


async def unsubscribe(uow: UnitOfWork, token_id: int) -> None:
    """Nothing is pushed for this token any more."""
    await uow.db.execute(delete(PushSubscription).where(PushSubscription.token_id == token_id))


async def subscription_of(db: AsyncSession, token_id: int) -> PushSubscription | None:
    """A token's."""
    return await db.scalar(select(PushSubscription).where(PushSubscription.token_id == token_id))


async def is_anything_new(db: AsyncSession, now: datetime) -> bool:
    """Whether there is a notification for which no message waits yet."""
    return bool(await db.scalar(_news(now).limit(1)))


async def queue_messages(uow: UnitOfWork) -> int:
    """A message for each new notification and each device of its person; tells how many, at most 500."""
    found = (await uow.db.execute(_news(uow.now).limit(MOST_AT_ONCE))).all()
    rows = [
        {
            "id": uow.new_id(),
            "subscription_id": one,
            "notification_id": other,
            "attempts": 0,
            "due_at": uow.now,
        }
        for one, other in found
    ]
    if rows:
        once = insert(uow.db, PushMessage).on_conflict_do_nothing(
            index_elements=["subscription_id", "notification_id"]
        )
        await uow.db.execute(once, rows)
    return len(rows)


def _news(now: datetime) -> Any:
    """Subscription and notification: newer than it, younger than an hour, unread, and not queued."""
    queued = exists().where(
        PushMessage.subscription_id == PushSubscription.id, PushMessage.notification_id == Notification.id
    )
    return (
        select(PushSubscription.id, Notification.id)
        .join(AppToken, AppToken.id == PushSubscription.token_id)
        .join(Employee, Employee.id == AppToken.employee_id)
        .join(Notification, Notification.person_id == Employee.id)
        .where(
            Notification.id > first_identifier_of(now - NEWS_FOR),
            Notification.created_at >= PushSubscription.created_at,
            Notification.id > PushSubscription.id,
            Notification.read_at.is_(None),
            ~queued,
            *_is_open(now),
        )
        .order_by(Notification.id)
    )


async def due_messages(
    db: AsyncSession, now: datetime, most: int
) -> list[tuple[PushMessage, PushSubscription]]:
    """What is to be sent now, with token and employee loaded, the oldest first."""
    query = (
        select(PushMessage, PushSubscription)
        .join(PushSubscription, PushSubscription.id == PushMessage.subscription_id)
        .join(PushSubscription.token)
        .join(AppToken.employee)
        .join(Employee.person)
        .where(PushMessage.finished_at.is_(None), PushMessage.due_at <= now, *_is_open(now))
        .options(
            contains_eager(PushSubscription.token)
            .contains_eager(AppToken.employee)
            .contains_eager(Employee.person)
            .joinedload(Person.company)
        )
        .order_by(PushMessage.due_at, PushMessage.id)
        .limit(most)
    )
    return [(message, subscription) for message, subscription in await db.execute(query)]


def _is_open(now: datetime) -> tuple[Any, ...]:
    return (
        Employee.disabled_at.is_(None),
        or_(AppToken.expires_at.is_(None), AppToken.expires_at > now),
    )


async def finish(uow: UnitOfWork, message_id: int) -> None:
    """It has arrived, or nobody wants it."""
    await uow.db.execute(update(PushMessage).where(PushMessage.id == message_id).values(finished_at=uow.now))


async def try_again(uow: UnitOfWork, message: PushMessage, asked: timedelta | None) -> None:
    """Later: after what the push service asked for, or twice as long as the last time; six times in all."""
    attempts = message.attempts + 1
    wait = max(asked or timedelta(), _FIRST_RETRY * 2 ** (attempts - 1))
    if attempts >= MOST_ATTEMPTS or wait > NEWS_FOR:
        await finish(uow, message.id)
        return
    await uow.db.execute(
        update(PushMessage)
        .where(PushMessage.id == message.id)
        .values(attempts=attempts, due_at=uow.now + wait)
    )


async def end_subscription(uow: UnitOfWork, subscription_id: int) -> None:
    """The device is gone."""
    await uow.db.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))


async def forget_messages(uow: UnitOfWork) -> None:
    """What is no news any more; nothing older is ever queued."""
    old = first_identifier_of(uow.now - 2 * NEWS_FOR)
    await uow.db.execute(delete(PushMessage).where(PushMessage.id < old))
