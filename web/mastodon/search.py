"""Search: accounts, statuses and hashtags; by words, by handle, by address."""

from collections.abc import Sequence
from typing import Any

from alliance.errors import AllianceError
from alliance.messaging import HELPER_ID, HELPER_NAMES
from alliance.queries.app_search import accounts_found, postings_found
from alliance.queries.directory import account_with_handle
from alliance.queries.interests import followed
from alliance.queries.topics import topics_beginning
from alliance.text import clean_line, slug_of
from web.mastodon.door import Call, Endpoint
from web.mastodon.finding import find_address, find_handle, is_address, is_handle
from web.mastodon.params import blank, unusable
from web.mastodon.showing import show_accounts, show_statuses
from web.mastodon.tags import show_tags

JSON = dict[str, Any]
_KINDS = ("accounts", "statuses", "hashtags")
_LONGEST = 500
MOST_FOUND = 100


async def find(call: Call) -> Any:
    """GET /api/v2/search."""
    params = call.params
    typed = _typed(call)
    kind = params.text("type")
    if kind and kind not in _KINDS:
        raise unusable("type")
    limit, offset = params.number("limit", 20, least=1, most=40), params.number("offset", 0, most=10_000)
    wanted = (kind,) if kind else _KINDS
    if is_address(typed) or is_handle(typed):
        return await _exactly(call, typed, wanted if offset == 0 else ())
    found: dict[str, list[JSON]] = {name: [] for name in _KINDS}
    if offset >= MOST_FOUND:
        return found
    if "accounts" in wanted:
        found["accounts"] = await show_accounts(call, await _accounts(call, typed, limit, offset))
    if "statuses" in wanted:
        found["statuses"] = await show_statuses(call, await _statuses(call, typed, limit, offset))
    if "hashtags" in wanted:
        found["hashtags"] = await _tags(call, typed, limit, offset)
    return found


async def find_accounts(call: Call) -> Any:
    """GET /api/v1/accounts/search."""
    typed = _typed(call)
    limit = call.params.number("limit", 40, least=1, most=80)
    offset = call.params.number("offset", 0, most=10_000)
    if is_handle(typed) or is_address(typed):
        found = await _exactly(call, typed, ("accounts",) if offset == 0 else ())
        if found["accounts"] or typed.startswith("http"):
            return found["accounts"]
    return await show_accounts(call, await _accounts(call, typed.removeprefix("@"), limit, offset))


async def _exactly(call: Call, typed: str, wanted: Sequence[str]) -> dict[str, list[JSON]]:
    """What a handle or an address names; with `resolve` an ally is asked for what is not known here."""
    found: dict[str, list[JSON]] = {name: [] for name in _KINDS}
    resolve = call.params.flag("resolve") and call.employee is not None
    try:
        finding = await (find_address if is_address(typed) else find_handle)(call, typed, resolve=resolve)
    except AllianceError:
        # Whatever another server says or does not: nothing was found.
        return found
    if "accounts" in wanted and finding.account_id is not None:
        found["accounts"] = await show_accounts(call, [finding.account_id])
    if "statuses" in wanted and finding.posting_id is not None:
        found["statuses"] = await show_statuses(call, [finding.posting_id])
    return found


async def _accounts(call: Call, typed: str, limit: int, offset: int) -> list[int]:
    async with call.reading() as db:
        exact = await account_with_handle(db, call.instance.settings.host, typed) if offset == 0 else None
        ids = await accounts_found(db, call.viewer, typed, call.instance.clock.now(), MOST_FOUND)
        if call.params.flag("following") and call.employee is not None:
            mine = await followed(db, call.employee.id)
            ids = [number for number in ids if number in mine.experts | mine.companies]
            exact = exact if exact in mine.experts | mine.companies else None
    if call.employee is not None and offset == 0 and is_beginning_of_helper(typed):
        exact = exact or HELPER_ID
    page = ids[offset : offset + limit]
    return list(dict.fromkeys([exact, *page] if exact is not None else page))[:limit]


async def _statuses(call: Call, typed: str, limit: int, offset: int) -> list[int]:
    async with call.reading() as db:
        now = call.instance.clock.now()
        # A person is no company, so nothing is found: who holds a session may be nobody's business.
        company = (call.params.id("account_id") or 0) if call.params.has("account_id") else None
        found = await postings_found(db, call.viewer, typed, now, MOST_FOUND, company_id=company)
    return found[offset : offset + limit]


async def _tags(call: Call, typed: str, limit: int, offset: int) -> list[JSON]:
    async with call.reading() as db:
        slugs = await topics_beginning(db, call.viewer, slug_of(typed), MOST_FOUND)
    return await show_tags(call, slugs[offset : offset + limit])


def is_beginning_of_helper(typed: str) -> bool:
    """Whether somebody begins to type the name of the account that makes sessions of invitations."""
    word = typed.removeprefix("@").lower()
    return len(word) > 1 and any(name.startswith(word) for name in HELPER_NAMES)


def _typed(call: Call) -> str:
    typed = clean_line(call.params.text("q", most=_LONGEST))
    if not typed:
        raise blank("q")
    return typed


ENDPOINTS = (
    Endpoint("GET", "/api/v2/search", find, "user-optional", ("read:search",)),
    Endpoint("GET", "/api/v1/accounts/search", find_accounts, "user", ("read:accounts",)),
)
