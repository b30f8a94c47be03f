"""Conversations: what somebody has with one other in messages, the newest first."""

from typing import Any

from sqlalchemy import select

from alliance.errors import NotFound
from alliance.messaging import (
    exchanges,
    read_conversation,
    throw_conversation_away,
    unread_conversation,
)
from alliance.models import Posting
from alliance.models.posting import is_of
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import accounts_with_ids, statuses_with_ids
from web.mastodon.spans import Page

JSON = dict[str, Any]


async def every(call: Call) -> Any:
    """GET /api/v1/conversations; a conversation has the number of whoever it is with."""
    span = call.span(20, 40)
    lower = max((mark for mark in (span.min_id, span.since_id) if mark is not None), default=None)
    async with call.reading() as db:
        found = await exchanges(
            db, call.me.id, before=span.max_id, after=lower, limit=span.limit, is_upwards=span.is_upwards
        )
        wanted = select(Posting.message_id, Posting.id).where(
            Posting.message_id.in_([one.last_id for one in found]), is_of("message")
        )
        postings = {row[0]: row[1] for row in await db.execute(wanted)}
    accounts = await accounts_with_ids(call, [one.other_id for one in found])
    statuses = await statuses_with_ids(call, list(postings.values()))
    items = [
        {
            "id": str(one.other_id),
            "unread": one.is_unread,
            "accounts": [accounts[one.other_id]] if one.other_id in accounts else [],
            "last_status": statuses.get(postings.get(one.last_id, 0)),
        }
        for one in found
    ]
    return Page(items, found[0].last_id if found else None, found[-1].last_id if found else None)


async def read(call: Call) -> Any:
    """POST /api/v1/conversations/{id}/read."""
    async with call.unit_of_work() as uow:
        await read_conversation(uow, call.me.id, call.id())
    return await _one(call, call.id())


async def unread(call: Call) -> Any:
    """POST /api/v1/conversations/{id}/unread: its last message counts as new once more."""
    async with call.unit_of_work() as uow:
        await unread_conversation(uow, call.me.id, call.id())
    return await _one(call, call.id())


async def remove(call: Call) -> Any:
    """DELETE /api/v1/conversations/{id}: from one's own post alone."""
    async with call.unit_of_work() as uow:
        await throw_conversation_away(uow, call.me.id, call.id())
    return {}


async def _one(call: Call, other_id: int) -> JSON:
    async with call.reading() as db:
        found = [one for one in await exchanges(db, call.me.id, limit=1000) if one.other_id == other_id]
        if not found:
            raise NotFound
        last = await db.scalar(
            select(Posting.id).where(Posting.message_id == found[0].last_id, is_of("message"))
        )
    accounts = await accounts_with_ids(call, [other_id])
    statuses = await statuses_with_ids(call, [last] if last is not None else [])
    return {
        "id": str(other_id),
        "unread": found[0].is_unread,
        "accounts": [accounts[other_id]] if other_id in accounts else [],
        "last_status": statuses.get(last or 0),
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/conversations", every, "user", ("read:statuses",)),
    Endpoint("POST", "/api/v1/conversations/{id}/read", read, "user", ("write:conversations",)),
    Endpoint("POST", "/api/v1/conversations/{id}/unread", unread, "user", ("write:conversations",)),
    Endpoint("DELETE", "/api/v1/conversations/{id}", remove, "user", ("write:conversations",)),
)
