"""Counts who took part, by company and month, before names are forgotten; the sums lie sealed until then."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Attendance, NumberTally, Person, Session
from alliance.queries.companies import home_company
from alliance.queries.numbers import OTHERS, takes_place
from alliance.times import zone_named
from alliance.unit_of_work import UnitOfWork

AT_ONCE = 500
COUNTED_AFTER = timedelta(hours=6)
"""So long after it began a session is counted: names are kept for a day after the end at least."""
_PURPOSE = "number_tally.sealed"
_ID = 1
_LAST = (1 << 63) - 1
_EVER = datetime(2000, 1, 1, tzinfo=UTC)

Sums = dict[str, dict[str, int]]


async def count_sessions(uow: UnitOfWork) -> int:
    """Counts the next sessions of ours that have begun long enough ago; how many that were."""
    home = await home_company(uow.db)
    tally = await uow.db.get(NumberTally, _ID, with_for_update=True)
    after, last = (tally.counted_from, tally.counted_id) if tally is not None else (_EVER, 0)
    until = uow.now - COUNTED_AFTER
    rows = await uow.db.execute(
        select(Session.id, Session.starts_at)
        .where(
            Session.company_id == home.id,
            Session.starts_at <= until,
            or_(Session.starts_at > after, and_(Session.starts_at == after, Session.id > last)),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(AT_ONCE)
    )
    chosen = [(row[0], row[1]) for row in rows]
    sums = _opened(uow, tally)
    zone = zone_named(home.timezone)
    starts = dict(chosen)
    for session_id, company, count in await _places(uow.db, list(starts)):
        month = starts[session_id].astimezone(zone).strftime("%Y-%m")
        part = sums.setdefault(month, {})
        key = str(company) if company is not None else OTHERS
        part[key] = part.get(key, 0) + count
    if tally is None:
        tally = NumberTally(id=_ID, counted_from=_EVER, counted_id=0, sealed=b"")
        uow.db.add(tally)
    tally.sealed = uow.vault.seal(json.dumps(sums), _PURPOSE)
    # Fewer than asked for: everything up to this moment is counted, whether there was anything or not.
    tally.counted_id, tally.counted_from = chosen[-1] if len(chosen) == AT_ONCE else (_LAST, until)
    await uow.db.flush()
    return len(chosen)


async def counted_until(uow: UnitOfWork) -> datetime | None:
    """Every session that began before was counted; whoever counts or publishes meanwhile waits."""
    tally = await uow.db.get(NumberTally, _ID, with_for_update=True)
    return tally.counted_from if tally is not None else None


async def tallied(uow: UnitOfWork) -> Sums:
    """The exact sums: for publishing alone."""
    return _opened(uow, await uow.db.get(NumberTally, _ID))


def joins_of(sums: Mapping[str, Mapping[str, int]], month: date) -> Mapping[str, int]:
    """How many took part in a month, by company."""
    return sums.get(f"{month:%Y-%m}", {})


async def forget_month(uow: UnitOfWork, month: date) -> None:
    """Of months that are published nothing exact remains, and nothing of any before."""
    tally = await uow.db.get(NumberTally, _ID)
    if tally is not None:
        kept = {key: part for key, part in _opened(uow, tally).items() if key > f"{month:%Y-%m}"}
        tally.sealed = uow.vault.seal(json.dumps(kept), _PURPOSE)
        await uow.db.flush()


async def _places(db: AsyncSession, session_ids: list[int]) -> list[tuple[int, int | None, int]]:
    rows = await db.execute(
        select(Attendance.session_id, Person.company_id, func.count())
        .join(Person, Person.id == Attendance.person_id)
        .join(Session, Session.id == Attendance.session_id)
        .where(
            Attendance.session_id.in_(session_ids),
            Attendance.state == "going",
            *takes_place(),
        )
        .group_by(Attendance.session_id, Person.company_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _opened(uow: UnitOfWork, tally: NumberTally | None) -> Sums:
    if tally is None:
        return {}
    sums: Sums = json.loads(uow.vault.open(tally.sealed, _PURPOSE))
    return sums
