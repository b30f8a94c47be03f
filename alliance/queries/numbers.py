"""The published numbers, as everybody who works here sees them. Four queries, whatever there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, MonthlyNumber, Session, Topic
from alliance.small_groups import published

SHOWN_MONTHS = 12
OTHERS = "0"
"""People of no company that is known here."""
# What counts people is rounded again with the present threshold, which may have been raised meanwhile.
_OF_PEOPLE = frozenset(
    {
        ("joins", None),
        ("circles", "people"),
        ("growth", "people"),
        ("growth", "experts"),
        ("feedback", "answers"),
    }
)


@dataclass(frozen=True)
class Numbers:
    """What was published of the last months, the oldest first: for each report parts and their values."""

    months: Sequence[date]
    values: Mapping[tuple[date, str], Mapping[str, int]]

    def of(self, month: date, report: str) -> Mapping[str, int]:
        """The parts of a report in a month; nothing where nothing could be published."""
        return self.values.get((month, report), {})

    def series(self, report: str, key: str) -> list[int]:
        """One part through all months."""
        return [self.of(month, report).get(key, 0) for month in self.months]

    def totals(self, report: str) -> list[int]:
        """The sum of the published parts, month by month."""
        return [sum(self.of(month, report).values()) for month in self.months]

    def keys(self, report: str) -> list[str]:
        """Every part that was published, those with most first."""
        sums: dict[str, int] = {}
        for month in self.months:
            for key, value in self.of(month, report).items():
                sums[key] = sums.get(key, 0) + value
        return sorted(sums, key=lambda key: (-sums[key], key))


async def published_numbers(db: AsyncSession, *, threshold: int) -> Numbers:
    """The last twelve months of which there are numbers. One query."""
    made = select(MonthlyNumber.month).where(MonthlyNumber.report == "month")
    newest = made.order_by(MonthlyNumber.month.desc()).limit(SHOWN_MONTHS).subquery()
    rows = await db.execute(
        select(MonthlyNumber.month, MonthlyNumber.report, MonthlyNumber.key, MonthlyNumber.value)
        .where(MonthlyNumber.month.in_(select(newest.c.month)))
        .order_by(MonthlyNumber.month, MonthlyNumber.report, MonthlyNumber.key)
    )
    values: dict[tuple[date, str], dict[str, int]] = {}
    for month, report, key, value in rows:
        seen = _seen(report, key, value, threshold)
        if seen:
            values.setdefault((month, report), {})[key] = seen
    months = sorted({month for month, report in values if report == "month"})
    for month in months:
        # Without enough answers there is nothing to say about them either.
        if "answers" not in values.get((month, "feedback"), {}):
            values.pop((month, "feedback"), None)
    return Numbers(months, values)


async def names_of_companies(db: AsyncSession, keys: Iterable[str]) -> dict[str, str]:
    """What companies are called, by the key of a report. One query, or none."""
    ids = [int(key) for key in keys if key != OTHERS]
    if not ids:
        return {}
    rows = await db.execute(select(Company.id, Company.name).where(Company.id.in_(ids)))
    return {str(row[0]): row[1] for row in rows}


async def names_of_topics(db: AsyncSession, keys: Sequence[str]) -> dict[str, str]:
    """What topics are called. One query, or none."""
    if not keys:
        return {}
    rows = await db.execute(select(Topic.slug, Topic.name).where(Topic.slug.in_(keys)))
    return {row[0]: row[1] for row in rows}


async def sessions_between(db: AsyncSession, home_id: int, begin: datetime, end: datetime) -> int:
    """How many of our sessions begin in this time: what everybody reads in the calendar."""
    count = select(func.count()).select_from(Session)
    there = (Session.company_id == home_id, Session.starts_at >= begin, Session.starts_at < end)
    return await db.scalar(count.where(*there, *takes_place())) or 0


def _seen(report: str, key: str, value: int, threshold: int) -> int:
    of_people = (report, key) in _OF_PEOPLE or (report, None) in _OF_PEOPLE
    return published(value, threshold) if of_people else value


def takes_place() -> tuple[ColumnElement[bool], ...]:
    """A session that is counted, as conditions on `Session`."""
    return (Session.status == "scheduled", Session.withdrawn_at.is_(None))
