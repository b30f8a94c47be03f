"""Whom somebody has blocked, muted or shut out with a whole domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from alliance.keeping_away import block_domain, unblock_domain
from alliance.models import Distance, DomainDistance
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.showing import page_of_accounts, page_of_rows
from web.mastodon.spans import Page


async def blocks(call: Call) -> Any:
    """GET /api/v1/blocks: the latest first."""
    rows = select(Distance.id, Distance.account_id).where(
        Distance.person_id == call.me.id, Distance.kind == "block"
    )
    return await page_of_accounts(call, rows, default=40, most=80, anybody=True)


async def mutes(call: Call) -> Any:
    """GET /api/v1/mutes: accounts with the moment at which each of them ends."""
    now = call.instance.clock.now()
    mine = (Distance.person_id == call.me.id, Distance.kind == "mute")
    holds = or_(Distance.until.is_(None), Distance.until > now)
    rows = select(Distance.id, Distance.account_id).where(*mine, holds)
    page = await page_of_accounts(call, rows, default=40, most=80, anybody=True)
    shown = [int(account["id"]) for account in page.items]
    async with call.reading() as db:
        rows_of_ends = select(Distance.account_id, Distance.until).where(
            *mine, Distance.account_id.in_(shown)
        )
        ends = {row[0]: row[1] for row in (await db.execute(rows_of_ends)).all()}
    page.items = [account | {"mute_expires_at": _end(ends.get(int(account["id"])))} for account in page.items]
    return page


def _end(until: datetime | None) -> str | None:
    return iso(until) if until else None


async def domains(call: Call) -> Any:
    """GET /api/v1/domain_blocks."""
    rows = select(DomainDistance.id, DomainDistance.domain).where(DomainDistance.person_id == call.me.id)
    found, newest, oldest = await page_of_rows(call, rows, default=100, most=200)
    return Page([domain for _, domain in found], newest, oldest)


async def shut_out(call: Call) -> Any:
    """POST /api/v1/domain_blocks."""
    domain = call.params.needed("domain")
    async with call.unit_of_work() as uow:
        await block_domain(uow, call.me.id, domain)
    return {}


async def let_in(call: Call) -> Any:
    """DELETE /api/v1/domain_blocks."""
    domain = call.params.needed("domain")
    async with call.unit_of_work() as uow:
        await unblock_domain(uow, call.me.id, domain)
    return {}


_DOMAINS = "/api/v1/domain_blocks"
ENDPOINTS = (
    Endpoint("GET", "/api/v1/blocks", blocks, "user", ("read:blocks",)),
    Endpoint("GET", "/api/v1/mutes", mutes, "user", ("read:mutes", "follow")),
    Endpoint("GET", _DOMAINS, domains, "user", ("read:blocks", "follow")),
    Endpoint("POST", _DOMAINS, shut_out, "user", ("write:blocks", "follow")),
    Endpoint("DELETE", _DOMAINS, let_in, "user", ("write:blocks", "follow")),
)
