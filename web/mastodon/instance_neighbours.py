"""Whom this server talks with, and how much is said here each week."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from alliance.errors import NotFound
from alliance.models import Company, DomainPolicy, Partner, Session
from alliance.visibility import STRANGER, visible_sessions
from web.mastodon.door import Call, Endpoint
from web.mastodon.errors import WrongToken

WEEKS = 12
MOST_PEERS = 5_000


async def peers(call: Call) -> list[str]:
    """GET /api/v1/instance/peers: with whom the company is allied; for its own people."""
    if call.employee is None:
        raise WrongToken
    allied = (
        select(Company.host)
        .join(Partner, Partner.company_id == Company.id)
        .where(Partner.state == "allied")
        .order_by(Company.host)
        .limit(MOST_PEERS)
    )
    async with call.reading() as db:
        return list((await db.scalars(allied)).all())


async def activity(call: Call) -> list[dict[str, str]]:
    """GET /api/v1/instance/activity: public sessions by week, newest first. Who signed in is not counted."""
    monday = _monday_of(call.instance.clock.now())
    weeks = [monday - timedelta(weeks=week) for week in range(WEEKS)]
    counts = [
        func.sum(case((Session.published_at.between(week, week + timedelta(weeks=1)), 1), else_=0))
        for week in weeks
    ]
    ours = Session.uri.is_(None), Session.published_at >= weeks[-1], visible_sessions(STRANGER)
    async with call.reading() as db:
        row = (await db.execute(select(*counts).where(*ours))).one()
    return [
        {
            "week": str(int(week.timestamp())),
            "statuses": str(count or 0),
            "logins": "0",
            "registrations": "0",
        }
        for week, count in zip(weeks, row, strict=True)
    ]


async def domain_blocks(call: Call) -> list[dict[str, Any]]:
    """GET /api/v1/instance/domain_blocks: for the company's own people; others learn nothing of it."""
    if call.employee is None:
        raise NotFound
    decided = select(DomainPolicy).where(DomainPolicy.severity != "none").order_by(DomainPolicy.domain)
    async with call.reading() as db:
        found = (await db.scalars(decided.limit(MOST_PEERS))).all()
    return [
        {
            "domain": policy.domain,
            "digest": hashlib.sha256(policy.domain.encode()).hexdigest(),
            "severity": policy.severity,
        }
        for policy in found
    ]


def _monday_of(now: datetime) -> datetime:
    return (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/instance/peers", peers, "user-optional"),
    Endpoint("GET", "/api/v1/instance/activity", activity, "user-optional"),
    Endpoint("GET", "/api/v1/instance/domain_blocks", domain_blocks, "user-optional"),
)
