"""Companies and experts whom somebody may want to know: the directory, and suggestions."""

from typing import Any

from alliance.errors import NotFound
from alliance.marking_accounts import mark_account
from alliance.queries.directory import directory, suggestions
from alliance.queries.known_accounts import known_accounts
from web.mastodon.door import Call, Endpoint
from web.mastodon.showing import show_accounts

_WHY = {
    "company": ("staff", ["featured"]),
    "expert": ("past_interactions", ["similar_to_recently_followed"]),
}


async def everybody(call: Call) -> Any:
    """GET /api/v1/directory: whoever shows themselves to the one who asks."""
    params = call.params
    async with call.reading() as db:
        ids = await directory(
            db,
            call.viewer,
            local=params.flag("local"),
            newest=params.text("order") == "new",
            limit=params.number("limit", 40, least=1, most=80),
            offset=params.number("offset", 0, most=100_000),
        )
    return await show_accounts(call, ids)


async def suggested(call: Call) -> Any:
    """GET /api/v2/suggestions."""
    found = dict(await _suggestions(call))
    accounts = await show_accounts(call, list(found))
    return [_suggestion(account, found[int(account["id"])]) for account in accounts]


async def suggested_v1(call: Call) -> Any:
    """GET /api/v1/suggestions: the accounts alone."""
    return await show_accounts(call, [number for number, _ in await _suggestions(call)])


async def not_again(call: Call) -> Any:
    """DELETE /api/v1/suggestions/{id}."""
    async with call.unit_of_work() as uow:
        if not await known_accounts(uow.db, call.viewer, [call.id()]):
            raise NotFound
        await mark_account(uow, call.me.id, call.id(), "unsuggested")
    return {}


async def _suggestions(call: Call) -> list[tuple[int, str]]:
    limit = call.params.number("limit", 40, least=1, most=80)
    async with call.reading() as db:
        return await suggestions(db, call.me.id, call.viewer, call.instance.clock.now(), limit)


def _suggestion(account: dict[str, Any], why: str) -> dict[str, Any]:
    source, sources = _WHY[why]
    return {"source": source, "sources": sources, "account": account}


ENDPOINTS = (
    Endpoint("GET", "/api/v1/directory", everybody, "user-optional"),
    Endpoint("GET", "/api/v2/suggestions", suggested, "user", ("read",)),
    Endpoint("GET", "/api/v1/suggestions", suggested_v1, "user", ("read",)),
    Endpoint("DELETE", "/api/v1/suggestions/{id}", not_again, "user", ("read",)),
)
