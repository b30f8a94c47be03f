"""How every other server stands with us: what it took, what waits for it, what it sent. For admins.

A page is a constant number of questions, each answered by an index, however many hosts there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.identifiers import first_identifier_of, moment_of
from alliance.models import Company, Partner
from federation.models import (
    WAITING,
    Delivery,
    Destination,
    Lane,
    OutboxActivity,
    ReceivedActivity,
    RefusedRequest,
)

PAGE = 50
MOST_LISTED = 30
LISTED_FOR = timedelta(days=7)
DEAD: ColumnElement[str] = literal_column("'dead'")
FAILED: ColumnElement[str] = literal_column("'failed'")

Which = Literal["all", "partners", "trouble", "waiting", "dead", "refused"]
WHICH: tuple[Which, ...] = get_args(Which)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether everything reaches everyone, in figures; `oldest` is when the oldest that waits was queued."""

    waiting: int
    oldest: datetime | None
    failing: int
    """Hosts that fail while something waits for them."""
    dead: int
    """Deliveries that were given up."""
    failed: int
    """Received activities that could not be processed."""


@dataclass(slots=True)
class HostRow:
    """One host; counts of what was received and refused are of today (UTC)."""

    host: str
    company: str = ""
    state: str = ""
    """Of the partnership; empty for a host that we have none with."""
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_error: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    open_until: datetime | None = None
    waiting: int = 0
    oldest: datetime | None = None
    dead: int = 0
    failed: int = 0
    received: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery to a host."""

    id: int
    type: str
    activity_id: int
    inbox: str
    state: str
    attempts: int
    status: int | None
    error: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Got:
    """An activity that a host sent us; never its body."""

    id: int
    type: str
    uri: str
    actor_uri: str
    state: str
    reason: str
    attempts: int
    received_at: datetime
    processed_at: datetime | None


async def reach(db: AsyncSession) -> Reach:
    """The whole instance in one question."""
    waiting = Delivery.state == WAITING
    busy = select(Lane.host).where(Lane.direction == "out", Lane.next_at.is_not(None))
    row = (
        await db.execute(
            select(
                select(func.count()).select_from(Delivery).where(waiting).scalar_subquery(),
                select(func.min(Delivery.id)).where(waiting).scalar_subquery(),
                select(func.count())
                .select_from(Destination)
                .where(Destination.failures > literal_column("0"), Destination.host.in_(busy))
                .scalar_subquery(),
                select(func.count()).select_from(Delivery).where(Delivery.state == DEAD).scalar_subquery(),
                select(func.count())
                .select_from(ReceivedActivity)
                .where(ReceivedActivity.state == FAILED)
                .scalar_subquery(),
            )
        )
    ).one()
    return Reach(row[0], moment_of(row[1]) if row[1] else None, row[2], row[3], row[4])


async def hosts(
    db: AsyncSession, now: datetime, *, which: Which = "all", text: str = "", after: str = ""
) -> tuple[list[HostRow], bool]:
    """A page of hosts by name, those behind `after`; and whether there are more."""
    names = (await db.scalars(_names(now, which, text, after))).all()
    return await _rows(db, names[:PAGE], now), len(names) > PAGE


async def host_row(db: AsyncSession, host: str, now: datetime) -> HostRow | None:
    """One host, or None when we have never had to do with it."""
    found = await db.scalar(select(union(*(select(c).where(c == host) for c in _COLUMNS)).subquery()))
    return (await _rows(db, [host], now))[0] if found else None


async def sent_to(db: AsyncSession, host: str, now: datetime, *, dead: bool = False) -> list[Sent]:
    """The newest deliveries of a week, or the newest of those that were given up."""
    which = Delivery.state == DEAD if dead else Delivery.id >= first_identifier_of(now - LISTED_FOR)
    rows = await db.execute(
        select(
            Delivery.id,
            OutboxActivity.type,
            Delivery.activity_id,
            Delivery.inbox,
            Delivery.state,
            Delivery.attempts,
            Delivery.last_status,
            Delivery.last_error,
            Delivery.created_at,
            Delivery.finished_at,
        )
        .join(OutboxActivity, OutboxActivity.id == Delivery.activity_id)
        .where(Delivery.lane_id.in_(_lanes("out", host)), which)
        .order_by(Delivery.id.desc())
        .limit(MOST_LISTED)
    )
    return [Sent(*_values(row)) for row in rows]


async def got_from(db: AsyncSession, host: str, now: datetime) -> list[Got]:
    """The newest activities that came from a host within a week."""
    rows = await db.execute(
        select(
            ReceivedActivity.id,
            ReceivedActivity.type,
            ReceivedActivity.uri,
            ReceivedActivity.actor_uri,
            ReceivedActivity.state,
            ReceivedActivity.reason,
            ReceivedActivity.attempts,
            ReceivedActivity.received_at,
            ReceivedActivity.processed_at,
        )
        .where(
            ReceivedActivity.lane_id.in_(_lanes("in", host)),
            ReceivedActivity.id >= first_identifier_of(now - LISTED_FOR),
        )
        .order_by(ReceivedActivity.id.desc())
        .limit(MOST_LISTED)
    )
    return [Got(*_values(row)) for row in rows]


async def refused_requests(db: AsyncSession, host: str | None = None) -> Sequence[RefusedRequest]:
    """What the inbox turned away lately, newest first; of one host, or of all."""
    question = select(RefusedRequest).order_by(RefusedRequest.last_at.desc(), RefusedRequest.id.desc())
    if host is not None:
        question = question.where(RefusedRequest.host == host)
    return (await db.scalars(question.limit(200))).all()


def _values(row: Any) -> tuple[Any, ...]:
    return tuple(row)


_COLUMNS: tuple[Any, ...] = (Destination.host, Lane.host, Company.host)


def _lanes(direction: str, host: str) -> Select[Any]:
    return select(Lane.id).where(Lane.host == host, Lane.direction == direction)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _names(now: datetime, which: Which, text: str, after: str) -> Select[Any]:
    """The next names and one more. Each part is cut by itself, so that no index is read to its end."""
    parts = []
    for column, condition in _sources(now, which):
        question = select(column.label("host")).where(column > after, *condition)
        if text:
            question = question.where(column.contains(text, autoescape=True))
        cut = question.distinct().order_by(column).limit(PAGE + 1).subquery()
        parts.append(select(cut.c.host))
    names = union(*parts).subquery()
    return select(names.c.host).order_by(names.c.host).limit(PAGE + 1)


def _sources(now: datetime, which: Which) -> list[tuple[Any, tuple[ColumnElement[bool], ...]]]:
    match which:
        case "partners":
            return [(Company.host, (Company.id.in_(select(Partner.company_id)),))]
        case "trouble":
            return [(Destination.host, (Destination.failures > literal_column("0"),))]
        case "waiting":
            return [(Lane.host, (Lane.direction == "out", Lane.next_at.is_not(None)))]
        case "dead":
            dead = select(Delivery.lane_id).where(Delivery.state == DEAD)
            failed = select(ReceivedActivity.lane_id).where(ReceivedActivity.state == FAILED)
            return [(Lane.host, (Lane.id.in_(dead),)), (Lane.host, (Lane.id.in_(failed),))]
        case "refused":
            return [(RefusedRequest.host, (RefusedRequest.day == _day(now),))]
        case _:
            return [
                (Destination.host, ()),
                (Lane.host, ()),
                (Company.host, (Company.is_home.is_(False),)),
            ]


async def _rows(db: AsyncSession, names: Sequence[str], now: datetime) -> list[HostRow]:
    rows = {name: HostRow(name) for name in names}
    await _add_standing(db, rows)
    await _add_queues(db, rows)
    await _add_today(db, rows, now)
    return list(rows.values())


async def _add_standing(db: AsyncSession, rows: dict[str, HostRow]) -> None:
    names = list(rows)
    for found in await db.scalars(select(Destination).where(Destination.host.in_(names))):
        row = rows[found.host]
        row.last_success_at, row.last_failure_at = found.last_success_at, found.last_failure_at
        row.failures, row.failing_since = found.failures, found.failing_since
        row.open_until, row.last_error = found.open_until, found.last_error
    companies = await db.execute(
        select(Company.host, Company.name, Partner.state)
        .outerjoin(Partner, Partner.company_id == Company.id)
        .where(Company.host.in_(names))
    )
    for host, name, state in companies:
        rows[host].company, rows[host].state = name, state or ""


async def _add_queues(db: AsyncSession, rows: dict[str, HostRow]) -> None:
    names = list(rows)
    for host, count, first in await db.execute(
        select(Lane.host, func.count(), func.min(Delivery.id))
        .join(Delivery, Delivery.lane_id == Lane.id)
        .where(Lane.host.in_(names), Delivery.state == WAITING)
        .group_by(Lane.host)
    ):
        rows[host].waiting, rows[host].oldest = count, moment_of(first)
    for host, count in await db.execute(_counted(Delivery, Delivery.state == DEAD, names)):
        rows[host].dead = count
    for host, count in await db.execute(_counted(ReceivedActivity, ReceivedActivity.state == FAILED, names)):
        rows[host].failed = count


def _counted(table: Any, condition: ColumnElement[bool], names: Sequence[str]) -> Any:
    return (
        select(Lane.host, func.count())
        .join(table, table.lane_id == Lane.id)
        .where(Lane.host.in_(names), condition)
        .group_by(Lane.host)
    )


async def _add_today(db: AsyncSession, rows: dict[str, HostRow], now: datetime) -> None:
    names = list(rows)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for host, state, count in await db.execute(
        select(Lane.host, ReceivedActivity.state, func.count())
        .join(ReceivedActivity, ReceivedActivity.lane_id == Lane.id)
        .where(
            Lane.host.in_(names),
            Lane.direction == "in",
            ReceivedActivity.id >= first_identifier_of(midnight),
        )
        .group_by(Lane.host, ReceivedActivity.state)
    ):
        rows[host].received[state] = count
    for host, reason, count in await db.execute(
        select(RefusedRequest.host, RefusedRequest.reason, RefusedRequest.count)
        .where(RefusedRequest.host.in_(names), RefusedRequest.day == _day(now))
        .order_by(RefusedRequest.count.desc(), RefusedRequest.reason)
    ):
        rows[host].refused[reason] = count
