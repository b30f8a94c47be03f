"""Who may notify somebody, and whose notifications wait until one is asked about them."""

from collections.abc import Sequence
from typing import Any

from alliance.choosing_for_apps import choose_notice_policy
from alliance.database import ReadingSession
from alliance.errors import NotFound
from alliance.marking_accounts import mark_account, unmark_account
from alliance.queries.app_choices import NOTICE_GROUPS, notice_policy
from alliance.queries.app_notifications import Notices, Waiting
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.keeping import notice_policy as policy_entity
from web.mastodon.entities.keeping import notice_policy_v1
from web.mastodon.notifications import all_notices
from web.mastodon.showing import Shown, paged, show_all
from web.mastodon.spans import Page

JSON = dict[str, Any]


async def show(call: Call) -> Any:
    """GET /api/v2/notifications/policy."""
    async with call.reading() as db:
        return policy_entity(await notice_policy(db, call.me.id), *await _summary(call, db))


async def show_v1(call: Call) -> Any:
    """GET /api/v1/notifications/policy."""
    async with call.reading() as db:
        return notice_policy_v1(await notice_policy(db, call.me.id), *await _summary(call, db))


async def change(call: Call) -> Any:
    """PATCH /api/v2/notifications/policy."""
    given = {group: call.params.text(f"for_{group}") for group in NOTICE_GROUPS}
    await _choose(call, {group: word for group, word in given.items() if word})
    return await show(call)


async def change_v1(call: Call) -> Any:
    """PUT /api/v1/notifications/policy, which knows yes and no alone."""
    params = call.params
    given = {
        group: "filter" if params.flag(f"filter_{group}") else "accept"
        for group in NOTICE_GROUPS[:-1]
        if params.has(f"filter_{group}")
    }
    await _choose(call, given)
    return await show_v1(call)


async def requests(call: Call) -> Any:
    """GET /api/v1/notifications/requests: one for each account, the newest accounts first."""
    async with call.reading() as db:
        found = await _waiting(call, db)
    span = call.span(40, 80)
    page, newest, oldest = paged(sorted(found, key=lambda row: -row.account_id), span, _account_of)
    shown = await _show(call, page)
    return Page([item for row in page if (item := _request(row, shown))], newest, oldest)


async def one(call: Call) -> Any:
    """GET /api/v1/notifications/requests/{id}."""
    async with call.reading() as db:
        found = [row for row in await _waiting(call, db) if row.account_id == call.id()]
    item = _request(found[0], await _show(call, found)) if found else None
    if item is None:
        raise NotFound
    return item


async def accept(call: Call) -> Any:
    """POST /api/v1/notifications/requests/{id}/accept: from now on they are heard."""
    return await _decide(call, [call.id()], accepted=True)


async def accept_some(call: Call) -> Any:
    """POST /api/v1/notifications/requests/accept."""
    return await _decide(call, call.params.ids("id"), accepted=True)


async def dismiss(call: Call) -> Any:
    """POST /api/v1/notifications/requests/{id}/dismiss: what waits of them is not asked about again."""
    return await _decide(call, [call.id()], accepted=False)


async def dismiss_some(call: Call) -> Any:
    """POST /api/v1/notifications/requests/dismiss."""
    return await _decide(call, call.params.ids("id"), accepted=False)


async def merged(call: Call) -> Any:
    """GET /api/v1/notifications/requests/merged: what is accepted is there at once."""
    return {"merged": True}


async def _choose(call: Call, given: dict[str, str]) -> None:
    async with call.unit_of_work() as uow:
        await choose_notice_policy(uow, call.me.id, given)


async def _decide(call: Call, account_ids: Sequence[int], *, accepted: bool) -> Any:
    async with call.reading() as db:
        known = {row.account_id for row in await _waiting(call, db)}
    if not known.issuperset(account_ids):
        raise NotFound
    async with call.unit_of_work() as uow:
        for account_id in account_ids:
            await unmark_account(uow, call.me.id, account_id, "permitted", "dismissed")
            await mark_account(uow, call.me.id, account_id, "permitted" if accepted else "dismissed")
    return {}


async def _waiting(call: Call, db: ReadingSession) -> list[Waiting]:
    notices: Notices = await all_notices(call, db)
    notices.set_aside()
    return await notices.waiting(db)


async def _summary(call: Call, db: ReadingSession) -> tuple[int, int]:
    found = await _waiting(call, db)
    return len(found), sum(one.count for one in found)


async def _show(call: Call, found: Sequence[Waiting]) -> Shown:
    postings = [one.posting_id for one in found if one.posting_id]
    return await show_all(call, [one.account_id for one in found], postings)


def _request(one: Waiting, shown: Shown) -> JSON | None:
    """NotificationRequest; its identifier is that of the account."""
    account = shown.accounts.get(one.account_id)
    if account is None:
        return None
    said: JSON = {
        "id": str(one.account_id),
        "created_at": iso(one.first_at),
        "updated_at": iso(one.latest_at),
        "account": account,
        "notifications_count": str(one.count),
    }
    status = shown.statuses.get(one.posting_id) if one.posting_id else None
    return {**said, "last_status": status} if status is not None else said


def _account_of(one: Waiting) -> int:
    return one.account_id


_READ, _WRITE = ("read:notifications",), ("write:notifications",)
_REQUESTS = "/api/v1/notifications/requests"
ENDPOINTS = (
    Endpoint("GET", "/api/v2/notifications/policy", show, "user", _READ),
    Endpoint("PATCH", "/api/v2/notifications/policy", change, "user", _WRITE),
    Endpoint("PUT", "/api/v2/notifications/policy", change, "user", _WRITE),
    Endpoint("GET", "/api/v1/notifications/policy", show_v1, "user", _READ),
    Endpoint("PUT", "/api/v1/notifications/policy", change_v1, "user", _WRITE),
    Endpoint("GET", _REQUESTS, requests, "user", _READ),
    Endpoint("GET", f"{_REQUESTS}/merged", merged, "user", _READ),
    Endpoint("POST", f"{_REQUESTS}/accept", accept_some, "user", _WRITE),
    Endpoint("POST", f"{_REQUESTS}/dismiss", dismiss_some, "user", _WRITE),
    Endpoint("GET", f"{_REQUESTS}/{{id}}", one, "user", _READ),
    Endpoint("POST", f"{_REQUESTS}/{{id}}/accept", accept, "user", _WRITE),
    Endpoint("POST", f"{_REQUESTS}/{{id}}/dismiss", dismiss, "user", _WRITE),
)
