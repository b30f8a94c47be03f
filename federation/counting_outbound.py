"""Counts which fields were on their way to which partner, month by month; behind the sending, in portions."""

from collections import Counter
from datetime import date, timedelta

import orjson
from sqlalchemy import func, select

from alliance.identifiers import first_identifier_of, moment_of
from alliance.models import Company, OutboundMark, OutboundTally, Partner
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.holding_back import read_rules
from federation.models import Delivery, Lane, OutboxActivity
from federation.outbound import fields_of, only_allowed
from federation.sealing import opened

AT_ONCE = 200
# Whoever writes into the outbox has committed by then; numbers are minted before the commit.
SETTLED = timedelta(minutes=2)
_ROWS_AT_ONCE = 500

Tally = Counter[tuple[str, date, str, str]]


async def count_outbound(uow: UnitOfWork) -> int:
    """Adds the next activities to the counts; how many that were. Servers that are no partners are one.

    What is held back from a partner is not counted for that partner.
    """
    mark = await uow.db.get(OutboundMark, 1, with_for_update=True)
    if mark is None:
        mark = OutboundMark(id=1, up_to=0)
        uow.db.add(mark)
    rows = await uow.db.execute(
        select(OutboxActivity.id, OutboxActivity.body)
        .where(OutboxActivity.id > mark.up_to, OutboxActivity.id < first_identifier_of(uow.now - SETTLED))
        .order_by(OutboxActivity.id)
        .limit(AT_ONCE)
    )
    bodies = {row.id: row.body for row in rows}
    if not bodies:
        return 0
    partners = select(Company.host).join(Partner, Partner.company_id == Company.id).subquery()
    host = func.coalesce(partners.c.host, "")
    hosts = await uow.db.execute(
        select(Delivery.activity_id, host, func.count())
        .join(Lane, Lane.id == Delivery.lane_id)
        .outerjoin(partners, partners.c.host == Lane.host)
        .where(Delivery.activity_id.in_(bodies))
        .group_by(Delivery.activity_id, host)
    )
    rules = await read_rules(uow.db)
    tally: Tally = Counter()
    for activity_id, to_host, count in hosts:
        month = moment_of(activity_id).date().replace(day=1)
        left = only_allowed(orjson.loads(opened(uow.vault, bodies[activity_id])), rules.from_host(to_host))
        for kind, field in fields_of(left):
            tally[to_host, month, kind, field] += count
    await _add(uow, tally)
    mark.up_to = max(bodies)
    await uow.db.flush()
    return len(bodies)


async def _add(uow: UnitOfWork, tally: Tally) -> None:
    # In one order, so that nobody waits for somebody who waits for them.
    rows = [
        {"host": host, "month": month, "kind": kind[:40], "field": field[:60], "count": count}
        for (host, month, kind, field), count in sorted(tally.items())
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        statement = insert(uow.db, OutboundTally).values(rows[start : start + _ROWS_AT_ONCE])
        added = {"count": OutboundTally.count + statement.excluded.count}
        await uow.db.execute(
            statement.on_conflict_do_update(index_elements=["host", "month", "kind", "field"], set_=added)
        )
