"""Who follows somebody, whom they follow, and whom they recommend.

Whom our people follow, and who follows them, is nobody's business but their own; others are told that there
is nothing to see, as Mastodon tells of those who hide their collections.
"""

from typing import Any

from sqlalchemy import func, select

from alliance.errors import NotFound
from alliance.models import AccountMark, Interest
from alliance.queries.known_accounts import known_accounts
from federation.followers_here import answer_follower, people_following
from web.mastodon.door import Call, Endpoint
from web.mastodon.relations import relationship_with
from web.mastodon.showing import page_of_accounts
from web.mastodon.spans import Page


async def followers(call: Call) -> Any:
    """GET /api/v1/accounts/{id}/followers: to oneself, those from elsewhere who are people."""
    if not await _is_own(call):
        return Page([])
    rows = people_following(call.instance.settings.origin, call.me.id, "accepted")
    return await page_of_accounts(call, rows, default=40, most=80, anybody=True)


async def following(call: Call) -> Any:
    """GET /api/v1/accounts/{id}/following: to oneself, companies and experts."""
    if not await _is_own(call):
        return Page([])
    followed = func.coalesce(Interest.expert_id, Interest.company_id)
    rows = select(Interest.id, followed).where(Interest.person_id == call.me.id, Interest.topic_id.is_(None))
    return await page_of_accounts(call, rows, default=40, most=80)


async def familiar(call: Call) -> Any:
    """GET /api/v1/accounts/familiar_followers: nobody learns whom colleagues follow, so there are none."""
    async with call.reading() as db:
        ids = call.params.ids("id")
        known = await known_accounts(db, call.viewer, ids)
    return [{"id": str(number), "accounts": []} for number in ids if number in known]


async def requests(call: Call) -> Any:
    """GET /api/v1/follow_requests."""
    rows = people_following(call.instance.settings.origin, call.me.id, "asked")
    return await page_of_accounts(call, rows, default=40, most=80, anybody=True)


async def accept(call: Call) -> Any:
    """POST /api/v1/follow_requests/{id}/authorize."""
    return await _answer(call, accept=True)


async def reject(call: Call) -> Any:
    """POST /api/v1/follow_requests/{id}/reject."""
    return await _answer(call, accept=False)


async def endorsed(call: Call) -> Any:
    """GET /api/v1/endorsements."""
    return await _endorsed_by(call, call.me.id)


async def endorsed_by(call: Call) -> Any:
    """GET /api/v1/accounts/{id}/endorsements: of one's own; those of others are for them alone."""
    return await _endorsed_by(call, call.id()) if await _is_own(call) else Page([])


async def _endorsed_by(call: Call, person_id: int) -> Any:
    rows = select(AccountMark.id, AccountMark.account_id).where(
        AccountMark.person_id == person_id, AccountMark.kind == "endorsed"
    )
    return await page_of_accounts(call, rows, default=40, most=80)


async def _answer(call: Call, *, accept: bool) -> Any:
    async with call.unit_of_work() as uow:
        await answer_follower(uow, call.me.id, call.id(), accept=accept)
    return await relationship_with(call, call.id())


async def _is_own(call: Call) -> bool:
    async with call.reading() as db:
        if not await known_accounts(db, call.viewer, [call.id()]):
            raise NotFound
    return call.employee is not None and call.employee.id == call.id()


_ONE, _REQUEST = "/api/v1/accounts/{id}", "/api/v1/follow_requests/{id}"
ENDPOINTS = (
    Endpoint("GET", f"{_ONE}/followers", followers, "user-optional"),
    Endpoint("GET", f"{_ONE}/following", following, "user-optional"),
    Endpoint("GET", f"{_ONE}/endorsements", endorsed_by, "user-optional"),
    Endpoint("GET", "/api/v1/endorsements", endorsed, "user", ("read:accounts",)),
    Endpoint("GET", "/api/v1/accounts/familiar_followers", familiar, "user", ("read:follows",)),
    Endpoint("GET", "/api/v1/follow_requests", requests, "user", ("read:follows", "follow")),
    Endpoint("POST", f"{_REQUEST}/authorize", accept, "user", ("write:follows", "follow")),
    Endpoint("POST", f"{_REQUEST}/reject", reject, "user", ("write:follows", "follow")),
)
