"""Forgets what passed between companies, in small steps; the counterpart of `alliance/forgetting.py`."""

from typing import Any

from sqlalchemy import CursorResult, delete, exists, select, update

from alliance.identifiers import first_identifier_of
from alliance.models import Company
from alliance.models.outbound import Erasure, OutboundTally
from alliance.retention import kept_for
from alliance.unit_of_work import UnitOfWork
from federation.models import IS_PERSONAL, Delivery, Lane, OutboxActivity, RejectionTally

AT_ONCE = 500


async def forget_private_activities(uow: UnitOfWork) -> int:
    """What was sent about one person's place; nobody can ask for it, and nothing of it waits any more."""
    old = first_identifier_of(uow.now - kept_for(uow.settings.retention, "private_activities"))
    waits = exists().where(Delivery.activity_id == OutboxActivity.id, Delivery.state == "waiting")
    chosen = (
        select(OutboxActivity.id)
        .where(IS_PERSONAL, OutboxActivity.id < old, ~waits)
        .order_by(OutboxActivity.id)
        .limit(AT_ONCE)
    )
    return await _do(uow, delete(OutboxActivity).where(OutboxActivity.id.in_(chosen.scalar_subquery())))


async def forget_rejections(uow: UnitOfWork) -> int:
    """How much was turned away, by day."""
    old = (uow.now - kept_for(uow.settings.retention, "refused")).date()
    return await _do(uow, delete(RejectionTally).where(RejectionTally.day < old))


async def forget_outbound_counts(uow: UnitOfWork) -> int:
    """How often which fields left, by month."""
    old = (uow.now - kept_for(uow.settings.retention, "outbound_counts")).date()
    return await _do(uow, delete(OutboundTally).where(OutboundTally.month < old.replace(day=1)))


async def confirm_erasures(uow: UnitOfWork) -> int:
    """Partners whose server has taken the request to forget somebody have confirmed it."""
    taken = (
        select(Delivery.id)
        .join(Lane, Lane.id == Delivery.lane_id)
        .join(Company, Company.host == Lane.host)
        .where(Delivery.activity_id == Erasure.activity_id, Company.id == Erasure.company_id)
        .where(Delivery.state == "delivered")
    )
    waiting = select(Erasure.id).where(Erasure.state == "open", taken.exists()).limit(AT_ONCE)
    confirmed = update(Erasure).where(Erasure.id.in_(waiting.scalar_subquery()))
    return await _do(uow, confirmed.values(state="confirmed", confirmed_at=uow.now))


async def forget_erasures(uow: UnitOfWork) -> int:
    """Erasures that were confirmed long ago; open ones stay."""
    old = uow.now - kept_for(uow.settings.retention, "erasures")
    done = Erasure.state == "confirmed", Erasure.confirmed_at < old, Erasure.id < first_identifier_of(old)
    chosen = select(Erasure.id).where(*done).order_by(Erasure.id).limit(AT_ONCE)
    return await _do(uow, delete(Erasure).where(Erasure.id.in_(chosen.scalar_subquery())))


STEPS = (
    forget_private_activities,
    forget_rejections,
    forget_outbound_counts,
    confirm_erasures,
    forget_erasures,
)


async def _do(uow: UnitOfWork, statement: Any) -> int:
    done = await uow.db.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0
