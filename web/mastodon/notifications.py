"""Notifications one by one, as of the first version."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from alliance.database import ReadingSession
from alliance.errors import NotFound
from alliance.models import Notification
from alliance.queries.app_choices import notice_policy
from alliance.queries.app_notifications import AppNotification, Notices, notification_of
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.showing import Shown, page_of_rows, show_all
from web.mastodon.spans import Page

JSON = dict[str, Any]


async def every(call: Call) -> Any:
    """GET /api/v1/notifications."""
    async with call.reading() as db:
        notices = await wanted_notices(call, db)
    found, newest, oldest = await page_of_notices(call, notices, default=40, most=80)
    shown = await show_all(
        call, [one.account_id for one in found], [one.posting_id for one in found if one.posting_id]
    )
    items = [item for one in found if (item := notification(one, shown)) is not None]
    return Page(items, newest, oldest)


async def one(call: Call) -> Any:
    """GET /api/v1/notifications/{id}: also one that is set aside."""
    found = await own_notice(call, call.id())
    shown = await show_all(call, [found.account_id], [found.posting_id] if found.posting_id else [])
    item = notification(found, shown)
    if item is None:
        raise NotFound
    return item


async def clear(call: Call) -> Any:
    """POST /api/v1/notifications/clear: all of them, also those that were set aside."""
    async with call.unit_of_work() as uow:
        await uow.db.execute(delete(Notification).where(Notification.person_id == call.me.id))
    return {}


async def dismiss(call: Call) -> Any:
    """POST /api/v1/notifications/{id}/dismiss."""
    await drop_notices(call, [(await own_notice(call, call.id())).id])
    return {}


async def unread_count(call: Call) -> Any:
    """GET /api/v1/notifications/unread_count."""
    limit = call.params.number("limit", 100, least=1, most=1000)
    async with call.reading() as db:
        return {"count": await (await wanted_notices(call, db)).unread(db, limit)}


async def wanted_notices(call: Call, db: ReadingSession) -> Notices:
    """The notifications that an app asks for: types, one account, with or without what is set aside."""
    params = call.params
    notices = await all_notices(call, db)
    notices.of_types(params.texts("types"), params.texts("exclude_types"))
    if params.has("account_id"):
        notices.of_account(params.id("account_id") or 0)
    if not params.flag("include_filtered"):
        notices.heard()
    return notices


async def all_notices(call: Call, db: ReadingSession) -> Notices:
    """Everything that was told to the one who asks, by their policy. One query."""
    policy = await notice_policy(db, call.me.id)
    moderates = call.me.has_role("moderator")
    return Notices(call.me.id, call.instance.clock.now(), policy, moderates=moderates)


async def page_of_notices(
    call: Call, notices: Notices, *, default: int, most: int
) -> tuple[list[AppNotification], int | None, int | None]:
    """A page of them, with the marks of the pages beside it. One query."""
    rows, newest, oldest = await page_of_rows(call, notices.select(), default=default, most=most)
    return [notification_of(row) for row in rows], newest, oldest


async def own_notice(call: Call, notification_id: int) -> AppNotification:
    """One of one's own. Raises NotFound."""
    async with call.reading() as db:
        query = (await all_notices(call, db)).select().where(Notification.id == notification_id)
        row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return notification_of(row)


async def drop_notices(call: Call, ids: Sequence[int]) -> None:
    """They are gone, in all apps and on the page."""
    async with call.unit_of_work() as uow:
        mine = (Notification.person_id == call.me.id, Notification.id.in_(ids))
        await uow.db.execute(delete(Notification).where(*mine))


def group_key(one: AppNotification) -> str:
    """Who follows on the same day stands together; everything else for itself."""
    return f"follow-{one.created_at:%Y%m%d}" if one.type == "follow" else f"ungrouped-{one.id}"


def notification(one: AppNotification, shown: Shown) -> JSON | None:
    """Notification; None when account or status can't be shown any more."""
    account = shown.accounts.get(one.account_id)
    status = shown.statuses.get(one.posting_id) if one.posting_id else None
    if account is None or (one.posting_id and status is None):
        return None
    said: JSON = {
        "id": str(one.id),
        "type": one.type,
        "group_key": group_key(one),
        "created_at": iso(one.created_at),
        "account": account,
    }
    return {**said, "status": status} if status is not None else said


_READ, _WRITE = ("read:notifications",), ("write:notifications",)
ENDPOINTS = (
    Endpoint("GET", "/api/v1/notifications", every, "user", _READ),
    Endpoint("GET", "/api/v1/notifications/unread_count", unread_count, "user", _READ),
    Endpoint("POST", "/api/v1/notifications/clear", clear, "user", _WRITE),
    Endpoint("GET", "/api/v1/notifications/{id}", one, "user", _READ),
    Endpoint("POST", "/api/v1/notifications/{id}/dismiss", dismiss, "user", _WRITE),
)
