"""Makes the numbers of a month once it is over: the closed catalogue of what is counted here at all.

Nothing else is: no row says who looked at what, and no report can be asked for that is not in REPORTS. What
counts people is rounded as small_groups.py says and never made anew, so that comparing today's page with
yesterday's tells nothing about anybody.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from alliance.models import (
    Circle,
    CircleMember,
    Community,
    Company,
    Employee,
    ExpertProfile,
    FeedbackFromAlly,
    FeedbackTally,
    MonthlyNumber,
    Partner,
    Person,
    Session,
    Story,
    Topic,
    Wish,
    session_topic,
)
from alliance.number_tally import counted_until, forget_month, joins_of, tallied
from alliance.queries.companies import home_company
from alliance.queries.numbers import takes_place
from alliance.small_groups import published, published_parts
from alliance.times import zone_named
from alliance.unit_of_work import UnitOfWork

REPORTS = ("sessions", "joins", "topics", "growth", "feedback", "circles", "exchange")
MADE = "month"
"""The row that says of a month that its numbers were made; its value is the threshold that held."""
MOST_TOPICS = 30
QUARTERS = 4
"""Feedback is told in quarters: 0 hardly anybody, 4 almost everybody said that it helped."""
_SETTLED = timedelta(hours=12)


def month_of(moment: datetime, zone: ZoneInfo) -> date:
    """The first day of the month in which a moment lies there."""
    return moment.astimezone(zone).date().replace(day=1)


def months_after(month: date, count: int) -> date:
    """The first day of another month, later or (negative) earlier."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def bounds_of(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a month begins and ends there."""
    after = months_after(month, 1)
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(after.year, after.month, 1, tzinfo=zone),
    )


async def month_to_publish(uow: UnitOfWork) -> date | None:
    """The earliest month that is over and counted, and has no numbers yet; None when there is none."""
    until = await counted_until(uow)
    home = await home_company(uow.db)
    zone = zone_named(home.timezone)
    last = await uow.db.scalar(select(func.max(MonthlyNumber.month)).where(MonthlyNumber.report == MADE))
    if last is not None:
        month = months_after(last, 1)
    else:
        first = select(func.min(Session.starts_at)).where(Session.company_id == home.id, *takes_place())
        begun = await uow.db.scalar(first)
        month = max(month_of(begun or uow.now, zone), months_after(month_of(uow.now, zone), -24))
    _, end = bounds_of(month, zone)
    return month if until is not None and uow.now >= end + _SETTLED and until >= end else None


async def publish_month(uow: UnitOfWork, month: date) -> None:
    """Makes the numbers of a month; once, for good."""
    home = await home_company(uow.db)
    begin, end = bounds_of(month, zone_named(home.timezone))
    threshold = uow.settings.numbers_threshold
    reports: dict[str, Mapping[str, int]] = {
        MADE: {"": threshold},
        "sessions": await _sessions(uow.db, home, begin, end),
        "joins": published_parts(joins_of(await tallied(uow), month), threshold),
        "topics": await _topics(uow.db, begin, end),
        "growth": await _growth(uow.db, home, end, threshold),
        "circles": {"people": published(await _in_circles(uow.db, begin, end), threshold)},
        "exchange": await _exchange(uow.db, home, begin, end),
    }
    before = months_after(month, -1)
    feedback = await _feedback(uow.db, home, *bounds_of(before, zone_named(home.timezone)), threshold)
    rows = [(month, report, key, value) for report, parts in reports.items() for key, value in parts.items()]
    rows += [(before, "feedback", key, value) for key, value in feedback.items()]
    for day, report, key, value in rows:
        if value or report == MADE:
            uow.db.add(MonthlyNumber(month=day, report=report, key=key, value=value))
    await forget_month(uow, month)
    await uow.db.flush()


async def _sessions(db: AsyncSession, home: Company, begin: datetime, end: datetime) -> dict[str, int]:
    """How many took place: everybody who works here can count them in the calendar."""
    there = (Session.starts_at >= begin, Session.starts_at < end, *takes_place())
    allied = select(Partner.company_id).where(Partner.state == "allied")
    ours = select(func.count()).select_from(Session).where(Session.company_id == home.id, *there)
    theirs = (
        select(func.count())
        .select_from(Session)
        .where(Session.company_id.in_(allied), Session.audience != "company", *there)
    )
    return {"ours": await db.scalar(ours) or 0, "theirs": await db.scalar(theirs) or 0}


async def _topics(db: AsyncSession, begin: datetime, end: datetime) -> dict[str, int]:
    """The topics that most sessions were about, ours and our allies'; of sessions, not of people."""
    allied = select(Partner.company_id).where(Partner.state == "allied")
    home = select(Company.id).where(Company.is_home)
    count = func.count()
    rows = await db.execute(
        select(Topic.slug, count)
        .join(session_topic, session_topic.c.topic_id == Topic.id)
        .join(Session, Session.id == session_topic.c.session_id)
        .where(
            Session.starts_at >= begin,
            Session.starts_at < end,
            *takes_place(),
            Session.company_id.in_(home) | (Session.company_id.in_(allied) & (Session.audience != "company")),
        )
        .group_by(Topic.slug)
        .order_by(count.desc(), Topic.slug)
        .limit(MOST_TOPICS)
    )
    return {row[0]: row[1] for row in rows}


async def _growth(db: AsyncSession, home: Company, end: datetime, threshold: int) -> dict[str, int]:
    """How it stood at the end: accounts and experts rounded, communities as everybody sees them."""
    accounts = (
        select(func.count())
        .select_from(Employee)
        .where(Employee.created_at < end, _not_before(Employee.disabled_at, end))
    )
    experts = (
        select(func.count())
        .select_from(ExpertProfile)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(Person.company_id == home.id, ExpertProfile.published_at < end, Person.gone_at.is_(None))
    )
    communities = (
        select(func.count())
        .select_from(Community)
        .where(
            Community.company_id == home.id,
            Community.created_at < end,
            _not_before(Community.closed_at, end),
        )
    )
    return {
        "people": published(await db.scalar(accounts) or 0, threshold),
        "experts": published(await db.scalar(experts) or 0, threshold),
        "communities": await db.scalar(communities) or 0,
    }


def _not_before(column: InstrumentedAttribute[datetime | None], end: datetime) -> ColumnElement[bool]:
    return or_(column.is_(None), column >= end)


async def _in_circles(db: AsyncSession, begin: datetime, end: datetime) -> int:
    """How many people began in a learning circle that was formed here."""
    count = (
        select(func.count())
        .select_from(CircleMember)
        .join(Circle, Circle.id == CircleMember.circle_id)
        .where(
            Circle.uri.is_(None),
            Circle.state == "running",
            Circle.created_at >= begin,
            Circle.created_at < end,
            CircleMember.answer == "yes",
        )
    )
    return await db.scalar(count) or 0


async def _exchange(db: AsyncSession, home: Company, begin: datetime, end: datetime) -> dict[str, int]:
    """Stories told and requests made by our people, which every colleague can read and count."""
    stories = (
        select(func.count())
        .select_from(Story)
        .join(Person, Person.id == Story.author_id)
        .where(
            Person.company_id == home.id,
            Story.state == "shown",
            Story.created_at >= begin,
            Story.created_at < end,
        )
    )
    wishes = (
        select(func.count())
        .select_from(Wish)
        .join(Person, Person.id == Wish.author_id)
        .where(
            Person.company_id == home.id,
            Wish.state.in_(("open", "answered", "closed")),
            Wish.created_at >= begin,
            Wish.created_at < end,
        )
    )
    return {"stories": await db.scalar(stories) or 0, "requests": await db.scalar(wishes) or 0}


async def _feedback(
    db: AsyncSession, home: Company, begin: datetime, end: datetime, threshold: int
) -> dict[str, int]:
    """What was answered about sessions of a month, closed for two weeks by now.

    Of at least as many hosts as the threshold says: one session's feedback is for its host.
    """
    of_month = (Session.company_id == home.id, Session.starts_at >= begin, Session.starts_at < end)
    hosts: set[int | None] = set()
    batches = points = 0
    for table in (FeedbackTally, FeedbackFromAlly):
        rows = await db.execute(
            select(Session.host_id, func.sum(table.batches), func.sum(table.points))
            .join(table, table.session_id == Session.id)
            .where(*of_month, table.batches > 0)
            .group_by(Session.host_id)
        )
        for host, some, helped in rows:
            hosts.add(host)
            batches, points = batches + some, points + helped
    answers = published(batches * 5, threshold)
    if len(hosts) < threshold or not answers:
        return {}
    # One more than the quarter, so that "hardly anybody" is a number too.
    return {"answers": answers, "quarter": 1 + round(QUARTERS * points / (2 * batches))}
