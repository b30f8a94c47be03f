"""Notifications of the second version: what is alike stands together, accounts and statuses once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from alliance.errors import NotFound
from alliance.models import Notification
from alliance.queries.app_notifications import MOST_COUNTED, AppNotification, notification_of
from web.mastodon.answers import iso, json_response
from web.mastodon.door import Call, Endpoint
from web.mastodon.notifications import (
    JSON,
    all_notices,
    drop_notices,
    group_key,
    own_notice,
    page_of_notices,
    wanted_notices,
)
from web.mastodon.params import identifier
from web.mastodon.showing import Shown, show_all
from web.mastodon.spans import Page

_SAMPLE = 8


async def every(call: Call) -> Any:
    """GET /api/v2/notifications."""
    async with call.reading() as db:
        notices = await wanted_notices(call, db)
    found, newest, oldest = await page_of_notices(call, notices, default=40, most=80)
    groups = _grouped(call, found)
    totals = {
        key: await _in_group(call, key) if key.startswith("follow-") else members
        for key, members in groups.items()
    }
    shown = await _shown(call, found)
    answer = json_response(_results(groups, totals, shown, call))
    address = call.instance.settings.origin + call.request.url.path
    if link := Page([], newest, oldest).link(address, call.request.url.query):
        answer.headers["Link"] = link
    return answer


async def one(call: Call) -> Any:
    """GET /api/v2/notifications/{group_key}."""
    key = call.path["group_key"]
    found = await _in_group(call, key)
    if not found:
        raise NotFound
    return _results({key: found}, {key: found}, await _shown(call, found), call)


async def accounts(call: Call) -> Any:
    """GET /api/v2/notifications/{group_key}/accounts."""
    found = await _in_group(call, call.path["group_key"])
    if not found:
        raise NotFound
    shown = await _shown(call, found)
    ids = dict.fromkeys(one.account_id for one in found)
    return [shown.accounts[number] for number in ids if number in shown.accounts]


async def dismiss(call: Call) -> Any:
    """POST /api/v2/notifications/{group_key}/dismiss; what is not there needs no dismissing."""
    await drop_notices(call, [one.id for one in await _in_group(call, call.path["group_key"])])
    return {}


async def unread_count(call: Call) -> Any:
    """GET /api/v2/notifications/unread_count: groups, of as many notifications as the limit."""
    limit = call.params.number("limit", 100, least=1, most=1000)
    async with call.reading() as db:
        notices = await wanted_notices(call, db)
        new = await notices.unread(db, MOST_COUNTED)
        rows = await db.execute(notices.select().order_by(Notification.id.desc()).limit(new))
        found = [notification_of(row) for row in rows.all()] if new else []
    return {"count": min(limit, len(_grouped(call, found)))}


def _grouped(call: Call, found: Iterable[AppNotification]) -> dict[str, list[AppNotification]]:
    """By key, in the order of the newest; only types that the app groups stand together."""
    grouped = set(call.params.texts("grouped_types")) if call.params.has("grouped_types") else {"follow"}
    groups: dict[str, list[AppNotification]] = {}
    for one in found:
        key = group_key(one) if one.type in grouped else f"ungrouped-{one.id}"
        groups.setdefault(key, []).append(one)
    return groups


async def _in_group(call: Call, key: str) -> list[AppNotification]:
    """What is in a group, the newest first; nothing for a key that is none. Two queries."""
    kind, _, rest = key.partition("-")
    number = identifier(rest)
    if kind == "ungrouped" and number is not None:
        try:
            return [await own_notice(call, number)]
        except NotFound:
            return []
    day = _day(rest) if kind == "follow" else None
    if day is None:
        return []
    async with call.reading() as db:
        notices = await all_notices(call, db)
        notices.of_types(["follow"], [])
        on_day = (Notification.created_at >= day, Notification.created_at < day + timedelta(days=1))
        query = notices.select().where(*on_day).order_by(Notification.id.desc()).limit(MOST_COUNTED)
        return [notification_of(row) for row in await db.execute(query)]


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None


async def _shown(call: Call, found: Iterable[AppNotification]) -> Shown:
    listed = list(found)
    postings = [one.posting_id for one in listed if one.posting_id]
    return await show_all(call, [one.account_id for one in listed], postings)


def _results(
    groups: dict[str, list[AppNotification]],
    totals: dict[str, list[AppNotification]],
    shown: Shown,
    call: Call,
) -> JSON:
    """GroupedNotificationsResults; groups of which nothing can be shown any more are left out."""
    listed = [_group(key, some, totals.get(key) or some, shown) for key, some in groups.items()]
    kept = [group for group in listed if group is not None]
    named = dict.fromkeys(int(number) for group in kept for number in group["sample_account_ids"])
    statuses = dict.fromkeys(int(group["status_id"]) for group in kept if "status_id" in group)
    faces = [shown.accounts[number] for number in named]
    result: JSON = {
        "accounts": faces,
        "statuses": [shown.statuses[number] for number in statuses],
        "notification_groups": kept,
    }
    if call.params.text("expand_accounts") == "partial_avatars":
        first = {int(group["sample_account_ids"][0]) for group in kept}
        result["accounts"] = [face for face in faces if int(face["id"]) in first]
        result["partial_accounts"] = [_partial(face) for face in faces if int(face["id"]) not in first]
    return result


def _group(
    key: str, some: list[AppNotification], everything: list[AppNotification], shown: Shown
) -> JSON | None:
    newest, oldest = some[0], some[-1]
    named = dict.fromkeys(one.account_id for one in some)
    accounts = [number for number in named if number in shown.accounts]
    if not accounts or (newest.posting_id and newest.posting_id not in shown.statuses):
        return None
    group: JSON = {
        "group_key": key,
        "notifications_count": len(everything),
        "type": newest.type,
        "most_recent_notification_id": str(newest.id),
        "page_min_id": str(oldest.id),
        "page_max_id": str(newest.id),
        "latest_page_notification_at": iso(newest.created_at),
        "sample_account_ids": [str(number) for number in accounts[:_SAMPLE]],
    }
    return {**group, "status_id": str(newest.posting_id)} if newest.posting_id else group


def _partial(account: JSON) -> JSON:
    """PartialAccountWithAvatar."""
    names = ("id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot")
    return {name: account[name] for name in names}


_READ, _WRITE = ("read:notifications",), ("write:notifications",)
ENDPOINTS = tuple(
    endpoint
    for base in ("/api/v2/notifications", "/api/v2_alpha/notifications")
    for endpoint in (
        Endpoint("GET", base, every, "user", _READ),
        Endpoint("GET", f"{base}/unread_count", unread_count, "user", _READ),
        Endpoint("GET", f"{base}/{{group_key}}", one, "user", _READ),
        Endpoint("POST", f"{base}/{{group_key}}/dismiss", dismiss, "user", _WRITE),
        Endpoint("GET", f"{base}/{{group_key}}/accounts", accounts, "user", _WRITE),
    )
)
