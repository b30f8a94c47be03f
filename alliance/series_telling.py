"""What is said of a later date of a series, and when: nobody's timeline shows twelve dates at once.

Lists, calendars, feeds and allied instances have every date from the beginning. Timelines, followers and
those who follow a topic hear of the next one, and of each other when it has become the next.
"""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from alliance.models import Mark, Posting, SeriesDate, Session
from alliance.models.posting import is_of
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert


async def is_quiet(db: AsyncSession, session: Session) -> bool:
    """Whether this is a later date of a series of which timelines have not heard yet."""
    if session.series_id is None:
        return False
    waits = exists().where(SeriesDate.session_id == session.id, SeriesDate.is_quiet)
    return bool(await db.scalar(select(waits)))


async def keep_quiet(uow: UnitOfWork, session: Session) -> None:
    """A date that arrives while an earlier one of its series is still to come is told of later."""
    if session.series_id is None or session.ends_at <= uow.now:
        return
    if await _has_earlier(uow.db, session, uow.now):
        row = insert(uow.db, SeriesDate).values(session_id=session.id, joins_after=None, is_quiet=True)
        await uow.db.execute(
            row.on_conflict_do_update(index_elements=["session_id"], set_={"is_quiet": True})
        )


async def next_quiet_date(db: AsyncSession, now: datetime) -> int | None:
    """A date that has become the next one of its series, or is over: its turn has come."""
    earlier = aliased(Session)
    before = exists().where(
        earlier.series_id == Session.series_id,
        earlier.starts_at < Session.starts_at,
        earlier.ends_at > now,
        earlier.status.in_(("scheduled", "tentative")),
        earlier.withdrawn_at.is_(None),
    )
    found = (
        select(SeriesDate.session_id)
        .join(Session, Session.id == SeriesDate.session_id)
        .where(SeriesDate.is_quiet, ~before)
    )
    return await db.scalar(found.order_by(Session.starts_at, Session.id).limit(1))


async def stop_being_quiet(uow: UnitOfWork, session_id: int, *, as_new: bool = True) -> bool:
    """From now on timelines show this date, `as_new` or where it is; False where somebody else was quicker.

    Its posting gets a new place in the order of time, unless somebody has done something to it already.
    """
    row = await uow.db.get(SeriesDate, session_id, with_for_update=True)
    if row is None or not row.is_quiet:
        return False
    row.is_quiet = False
    if row.joins_after is None:
        await uow.db.delete(row)
    await uow.db.flush()
    posting = await uow.db.scalar(select(Posting).where(Posting.session_id == session_id, is_of("session")))
    if as_new and posting is not None and not await _is_known(uow.db, posting.id):
        await uow.db.execute(delete(Posting).where(Posting.id == posting.id))
        await uow.db.flush()
        uow.db.expunge(posting)
    return True


async def _is_known(db: AsyncSession, posting_id: int) -> bool:
    """Whether anything refers to a posting, so that its number has to stay."""
    other = aliased(Posting)
    refers = (
        exists().where(Mark.posting_id == posting_id),
        exists().where(other.parent_id == posting_id),
        exists().where(other.boosted_id == posting_id),
    )
    for one in refers:
        if await db.scalar(select(one)):
            return True
    return False


async def _has_earlier(db: AsyncSession, session: Session, now: datetime) -> bool:
    earlier = select(Session.id).where(
        Session.series_id == session.series_id,
        Session.id != session.id,
        Session.starts_at < session.starts_at,
        Session.ends_at > now,
        Session.withdrawn_at.is_(None),
    )
    return bool(await db.scalar(select(earlier.exists())))
