"""Accounts to read: one, many, by handle, and what they said."""

from typing import Any

from sqlalchemy import Connection, select

from alliance.errors import NotFound
from alliance.messaging import HELPER_ID, HELPER_NAMES
from alliance.models import Topic
from alliance.queries.accounts import known_ids
from alliance.queries.threads import account_called, pinned
from alliance.queries.timelines import Said, of_account, placed
from alliance.text import slug_of
from web.mastodon.community_accounts import community_called, community_with_id, standing_in
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import desk_of, page_of
from web.mastodon.rendering import Desk
from web.mastodon.spans import Page, Span

JSON = dict[str, Any]


async def one(call: Call) -> JSON:
    """GET /api/v1/accounts/{id}: a company or a person that the caller may know."""
    desk = desk_of(call)
    return await call.instance.look(lambda db: _known(db, desk, call.id()))


async def many(call: Call) -> list[JSON]:
    """GET /api/v1/accounts: in the order asked for."""
    desk, ids = desk_of(call), call.params.ids("id")

    def read(db: Connection) -> list[JSON]:
        known = _may_know(db, desk, ids)
        found = desk.accounts(db, known)
        return [found[number] for number in dict.fromkeys(ids) if number in known and number in found]

    return await call.instance.look(read)


async def lookup(call: Call) -> JSON:
    """GET /api/v1/accounts/lookup: by handle, of those that are known here already."""
    desk, acct = desk_of(call), call.params.needed("acct", most=400)
    host = call.instance.settings.host

    def read(db: Connection) -> JSON:
        name = acct.strip().removeprefix("@").lower().removesuffix(f"@{host}")
        number = HELPER_ID if name in HELPER_NAMES else account_called(db, acct, host)
        number = number or community_called(db, desk.viewer, acct, host)
        if number is None:
            raise NotFound
        return _known(db, desk, number)

    return await call.instance.look(read)


async def statuses(call: Call) -> Page:
    """GET /api/v1/accounts/{id}/statuses: what somebody said, as far as the caller may see it."""
    account_id, params, desk = call.id(), call.params, desk_of(call)
    if params.flag("pinned"):
        return await _pinned(call, account_id)
    tagged = params.text("tagged", most=200)

    def find(db: Connection, span: Span) -> Any:
        if not _may_know(db, desk, [account_id]):
            _known(db, desk, account_id)
            return standing_in(db, account_id, span)
        topic_id = db.scalar(select(Topic.id).where(Topic.slug == slug_of(tagged))) if tagged else None
        if tagged and topic_id is None:
            return []
        said = Said(
            answers=not params.flag("exclude_replies"),
            boosts=not params.flag("exclude_reblogs"),
            only_media=params.flag("only_media"),
            topic_id=topic_id,
        )
        return of_account(db, account_id, span, said)

    return await page_of(call, find)


async def _pinned(call: Call, account_id: int) -> Page:
    desk, limit = desk_of(call), call.span().limit

    def read(db: Connection) -> Page:
        if not _may_know(db, desk, [account_id]):
            _known(db, desk, account_id)
            return Page([])
        ids = pinned(db, desk.viewer, account_id, desk.now)[:limit]
        shown = {status["id"]: status for status in desk.statuses(db, placed(db, ids))}
        return Page([shown[str(number)] | _PIN for number in ids if str(number) in shown])

    return await call.instance.look(read)


def _known(db: Connection, desk: Desk, number: int) -> JSON:
    found = desk.accounts(db, _may_know(db, desk, [number]))
    if number in found:
        return found[number]
    community = community_with_id(db, desk.viewer, desk.place, number)
    if community is None:
        raise NotFound
    return community


def _may_know(db: Connection, desk: Desk, ids: list[int]) -> set[int]:
    helper = {HELPER_ID} if HELPER_ID in ids and desk.viewer.person_id is not None else set()
    return known_ids(db, desk.viewer, ids) | helper


_PIN = {"pinned": True}
_READ = ("read:statuses",)
ENDPOINTS = (
    Endpoint("GET", "/api/v1/accounts", many, "user-optional"),
    Endpoint("GET", "/api/v1/accounts/lookup", lookup, "user-optional"),
    Endpoint("GET", "/api/v1/accounts/{id}", one, "user-optional"),
    Endpoint("GET", "/api/v1/accounts/{id}/statuses", statuses, "user-optional", _READ),
)
