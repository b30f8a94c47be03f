"""What the inbox turned away: how much of it on which day, the latest, and each one step by step."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from federation.explaining import Explanation
from federation.hosts import refused_requests
from federation.models import RefusedRequest, RejectionTally, RemoteActor
from web.pages.admin.console import admin_page, administering
from web.pages.admin.reasons import advice_text, reason_text, step_label
from web.pages.visit import Visit, path_id

DAYS = 14


async def show(request: Request) -> Response:
    """GET /admin/federation/refused: tallies by day, and the latest requests by host and reason."""
    async with administering(request) as visit:
        today = visit.reader.now.astimezone(UTC).date()
        tallies = await visit.db.scalars(
            select(RejectionTally)
            .where(RejectionTally.day > today - timedelta(days=DAYS))
            .order_by(RejectionTally.day.desc(), RejectionTally.count.desc(), RejectionTally.reason)
        )
        return admin_page(
            visit,
            "admin/refused.html",
            days=_by_day(visit, tallies.all()),
            refused=await refused_requests(visit.db),
            since=visit.reader.since,
            reason=lambda word: reason_text(visit.texts, word),
        )


async def explain(request: Request) -> Response:
    """GET /admin/federation/refused/<id>: at which step a request failed, and what helps."""
    async with administering(request) as visit:
        found = await visit.db.get(RefusedRequest, path_id(request))
        if found is None:
            raise NotFound
        told = Explanation.read(found.explanation)
        owner = told.key_id.partition("#")[0]
        known = select(RemoteActor.fetched_at).where(RemoteActor.uri.in_((owner, owner.rpartition("/")[0])))
        fetched_at = await visit.db.scalar(known.limit(1)) if owner else None
        skew = told.skew
        return admin_page(
            visit,
            "admin/refusal.html",
            found=found,
            told=told,
            reason=reason_text(visit.texts, told.reason),
            advice=advice_text(visit.reader, told),
            steps=[(step_label(visit.texts, step), outcome) for step, outcome in told.steps()],
            moment=visit.reader.since,
            fetched_at=fetched_at,
            skew_seconds=None if skew is None else round(skew.total_seconds()),
            skew=_skew(visit, told),
        )


def _by_day(visit: Visit, tallies: Sequence[RejectionTally]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """For each day its name, the sum, and the reasons with their counts."""
    days: dict[date, list[tuple[str, int]]] = {}
    for tally in tallies:
        days.setdefault(tally.day, []).append((reason_text(visit.texts, tally.reason), tally.count))
    return [
        (visit.reader.date_of(day), sum(count for _, count in reasons), reasons)
        for day, reasons in days.items()
    ]


def _skew(visit: Visit, told: Explanation) -> str:
    """How far the time of the signature was from ours, in words; empty when it named none."""
    skew = told.skew
    if skew is None:
        return ""
    if abs(skew) < timedelta(seconds=60):
        return visit.texts.gettext("The same time as ours")
    words = visit.reader.length(told.received_at, told.received_at + abs(skew))
    if skew > timedelta(0):
        return visit.texts.gettext("%(length)s ahead of our clock", length=words)
    return visit.texts.gettext("%(length)s before it arrived", length=words)
