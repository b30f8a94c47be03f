"""What the overview of the console asks the database and the machine; a fixed number of queries."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import AuditEntry, Comment, Company, Mail, Partner, Report, SignOfLife, Source
from alliance.run_time_settings import open_proposals
from federation.hosts import Reach, reach
from federation.models import Lane, RejectionTally
from web.pages.visit import Visit

_CLOCK_REASONS = ("from_future", "too_old", "expired")


@dataclass(frozen=True)
class Figures:
    """Everything on which the overview bases its judgement; moments are aware."""

    reach: Reach
    partners: dict[str, int]
    """How many in each state."""
    unread_since: datetime | None
    """When the longest overdue lane of what came in should have been worked on."""
    worker_at: datetime | None
    workers: int
    mails_waiting_since: datetime | None
    mails_failed: int
    """In the last week."""
    reports: int
    comments: int
    proposals: int
    backup_at: datetime | None
    disk_free: int | None
    disk_size: int | None
    clock_off: float
    """Seconds between this machine's clock and the database's."""
    refused_for_clock: int
    """Today."""
    sources_refused: int


async def figures_of(visit: Visit) -> Figures:
    """One look at everything."""
    db, now = visit.db, visit.reader.now
    free, size = disk_of(visit.instance.settings.media)
    worker_at, workers = await _workers(db, now)
    return Figures(
        reach=await reach(db),
        partners=await _partners(db),
        unread_since=await _unread_since(db),
        worker_at=worker_at,
        workers=workers,
        **await _counts(db, now),
        proposals=len(await open_proposals(db, now)),
        disk_free=free,
        disk_size=size,
        clock_off=await _clock_off(visit),
    )


async def _partners(db: AsyncSession) -> dict[str, int]:
    rows = await db.execute(
        select(Partner.state, func.count())
        .join(Company, Company.id == Partner.company_id)
        .group_by(Partner.state)
    )
    return {row[0]: row[1] for row in rows}


async def _unread_since(db: AsyncSession) -> datetime | None:
    return await db.scalar(
        select(func.min(Lane.next_at)).where(Lane.direction == "in", Lane.next_at.is_not(None))
    )


async def _workers(db: AsyncSession, now: datetime) -> tuple[datetime | None, int]:
    """When one last said that it works, and how many machines did within two minutes."""
    lately = SignOfLife.at > now - timedelta(minutes=2)
    row = (await db.execute(select(func.max(SignOfLife.at), func.count().filter(lately)))).one()
    return row[0], row[1]


async def _counts(db: AsyncSession, now: datetime) -> dict[str, Any]:
    """The small numbers, in one question."""
    week_ago = now - timedelta(days=7)
    waiting = select(func.min(Mail.due_at)).where(Mail.state == "waiting")
    failed = select(func.count()).where(Mail.state == "failed", Mail.finished_at > week_ago)
    reports = select(func.count()).where(Report.state == "open")
    comments = select(func.count()).where(Comment.state == "waiting")
    backup = select(func.max(AuditEntry.at)).where(AuditEntry.act == "backup.made")
    refused = select(func.sum(RejectionTally.count)).where(
        RejectionTally.day == now.date(), RejectionTally.reason.in_(_CLOCK_REASONS)
    )
    sources = select(func.count()).where(Source.state == "refused")
    names = ("mails_waiting_since", "mails_failed", "reports", "comments", "backup_at",
             "refused_for_clock", "sources_refused")  # fmt: skip
    asked = (waiting, failed, reports, comments, backup, refused, sources)
    row = (await db.execute(select(*(one.scalar_subquery() for one in asked)))).one()
    found = dict(zip(names, row, strict=True))
    return {**found, "refused_for_clock": found["refused_for_clock"] or 0}


async def _clock_off(visit: Visit) -> float:
    """PostgreSQL may run on another machine; SQLite runs on this one."""
    if visit.instance.database.is_sqlite:
        return 0.0
    there = await visit.db.scalar(select(func.clock_timestamp()))
    return abs((there - visit.instance.clock.now()).total_seconds()) if there else 0.0


def disk_of(folder: Path) -> tuple[int | None, int | None]:
    """Bytes that are free, and that there are, where pictures are stored."""
    known = next((one for one in (folder, *folder.absolute().parents) if one.exists()), None)
    if known is None:
        return None, None
    usage = shutil.disk_usage(known)
    return usage.free, usage.total
