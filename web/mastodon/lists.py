"""Lists: of whom, and what they are called; what their members say is in the timelines."""

from typing import Any

from alliance.listing import change_list, drop_list, make_list, put_on_list, take_off_list
from alliance.queries.app_lists import lists_of, members_of, own_list
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.keeping import app_list
from web.mastodon.params import blank
from web.mastodon.showing import page_of_accounts


async def every(call: Call) -> Any:
    """GET /api/v1/lists."""
    async with call.reading() as db:
        return [app_list(row) for row in await lists_of(db, call.me.id)]


async def one(call: Call) -> Any:
    """GET /api/v1/lists/{id}."""
    async with call.reading() as db:
        return app_list(await own_list(db, call.me.id, call.id()))


async def make(call: Call) -> Any:
    """POST /api/v1/lists."""
    params = call.params
    title = params.needed("title")
    async with call.unit_of_work() as uow:
        made = await make_list(
            uow,
            call.me.id,
            title,
            replies_policy=params.text("replies_policy") or "list",
            exclusive=params.flag("exclusive"),
        )
        return app_list(made)


async def change(call: Call) -> Any:
    """PUT /api/v1/lists/{id}."""
    params = call.params
    async with call.unit_of_work() as uow:
        changed = await change_list(
            uow,
            call.me.id,
            call.id(),
            title=params.text("title") if params.has("title") else None,
            replies_policy=params.text("replies_policy") or None,
            exclusive=params.flag("exclusive") if params.has("exclusive") else None,
        )
        return app_list(changed)


async def drop(call: Call) -> Any:
    """DELETE /api/v1/lists/{id}."""
    async with call.unit_of_work() as uow:
        await drop_list(uow, call.me.id, call.id())
    return {}


async def members(call: Call) -> Any:
    """GET /api/v1/lists/{id}/accounts."""
    async with call.reading() as db:
        await own_list(db, call.me.id, call.id())
    return await page_of_accounts(call, members_of(call.id()), default=40, most=80)


async def put_on(call: Call) -> Any:
    """POST /api/v1/lists/{id}/accounts."""
    ids = call.params.ids("account_ids")
    if not ids:
        raise blank("account_ids")
    async with call.unit_of_work() as uow:
        await put_on_list(uow, call.me.id, call.id(), ids)
    return {}


async def take_off(call: Call) -> Any:
    """DELETE /api/v1/lists/{id}/accounts."""
    async with call.unit_of_work() as uow:
        await take_off_list(uow, call.me.id, call.id(), call.params.ids("account_ids"))
    return {}


async def with_account(call: Call) -> Any:
    """GET /api/v1/accounts/{id}/lists: those of the asker's that it is on."""
    async with call.reading() as db:
        return [app_list(row) for row in await lists_of(db, call.me.id, with_account=call.id())]


_READ, _WRITE = ("read:lists",), ("write:lists",)
_ONE = "/api/v1/lists/{id}"
ENDPOINTS = (
    Endpoint("GET", "/api/v1/lists", every, "user", _READ),
    Endpoint("POST", "/api/v1/lists", make, "user", _WRITE),
    Endpoint("GET", _ONE, one, "user", _READ),
    Endpoint("PUT", _ONE, change, "user", _WRITE),
    Endpoint("DELETE", _ONE, drop, "user", _WRITE),
    Endpoint("GET", f"{_ONE}/accounts", members, "user", _READ),
    Endpoint("POST", f"{_ONE}/accounts", put_on, "user", _WRITE),
    Endpoint("DELETE", f"{_ONE}/accounts", take_off, "user", _WRITE),
    Endpoint("GET", "/api/v1/accounts/{id}/lists", with_account, "user", _READ),
)
