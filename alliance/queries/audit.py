"""What stands in the audit log, for those who may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import ACT_TEXTS
from alliance.models.audit import AuditEntry
from alliance.models.person import Person

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; empty means all. Moments are aware, `until` is exclusive."""

    area: str = ""
    """The part of an act before the dot."""
    act: str = ""
    who_kind: str = ""
    who_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    """A page of entries, the newest first; `next` is the number that the next page begins below."""

    entries: list[AuditEntry]
    next: int | None


def chosen_entries(wanted: AuditFilter) -> Select[AuditEntry]:
    """The entries that a filter lets through, in no order."""
    query = select(AuditEntry)
    if wanted.act:
        query = query.where(AuditEntry.act == wanted.act)
    elif wanted.area:
        acts = [act for act in ACT_TEXTS if act.partition(".")[0] == wanted.area]
        query = query.where(AuditEntry.act.in_(acts))
    if wanted.who_id is not None:
        query = query.where(AuditEntry.who_id == wanted.who_id)
    elif wanted.who_kind:
        query = query.where(AuditEntry.who_kind == wanted.who_kind)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return query


async def audit_page(db: AsyncSession, wanted: AuditFilter, below: int | None = None) -> AuditPage:
    """The newest entries, or those before entry number `below`."""
    query = chosen_entries(wanted).order_by(AuditEntry.number.desc()).limit(PER_PAGE + 1)
    if below is not None:
        query = query.where(AuditEntry.number < below)
    found = list((await db.scalars(query)).all())
    is_more = len(found) > PER_PAGE
    return AuditPage(found[:PER_PAGE], found[PER_PAGE - 1].number if is_more else None)


async def who_acted(db: AsyncSession) -> list[tuple[int, str]]:
    """Accounts that stand in the log, with the names that they have today, by name; for choosing one."""
    acted = select(AuditEntry.who_id).where(AuditEntry.who_id.is_not(None)).distinct()
    rows = await db.execute(
        select(Person.id, Person.name).where(Person.id.in_(acted)).order_by(Person.name, Person.id).limit(200)
    )
    return [(number, name) for number, name in rows]
