"""Our people join a series, ours or a partner's: a place at each date, which they may give back one by one.

Other companies never learn that somebody joined a series: they are asked for a place at each date as it
arrives, like everybody else is.
"""

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.attending import join_session, leave_session
from alliance.errors import AllianceError, NotFound
from alliance.facts import Fact, SessionPublished, SessionReceived
from alliance.models import Attendance, Employee, Person, Series, SeriesDate, SeriesMember, Session
from alliance.places import ACTIVE
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer, visible_series, visible_sessions

MOST_PLACES = 20
"""At so many dates to come of one series somebody has a place; no calendar drowns in what a partner sends."""
AT_ONCE = 25


async def join_series(uow: UnitOfWork, series_id: int, person_id: int) -> int:
    """A place at every date to come that takes people; at how many dates there is one, or a question, now.

    Dates at which the host said no are left as they are, and so are those that this person gave back while
    they were in the series. Twice is the same as once. Raises NotFound.
    """
    seen = select(Series.id).where(Series.id == series_id, visible_series(employee_viewer(person_id)))
    account = select(Employee.id).where(Employee.id == person_id, Employee.disabled_at.is_(None))
    if await uow.db.scalar(seen) is None or await uow.db.scalar(account) is None:
        raise NotFound
    row = insert(uow.db, SeriesMember).values(series_id=series_id, person_id=person_id, since=uow.now)
    new = row.on_conflict_do_nothing().returning(SeriesMember.person_id)
    is_new = await uow.db.scalar(new) is not None
    for session_id in await _dates_to_join(uow, series_id, person_id, again=is_new):
        await _join_date(uow, session_id, person_id)
    return await _places(uow, series_id, person_id)


async def leave_series(uow: UnitOfWork, series_id: int, person_id: int) -> None:
    """No more dates, and the places at those to come are given back. Twice is the same as once."""
    await uow.db.execute(
        delete(SeriesMember).where(SeriesMember.series_id == series_id, SeriesMember.person_id == person_id)
    )
    attended = (
        select(Session.id)
        .join(Attendance, Attendance.session_id == Session.id)
        .where(Session.series_id == series_id, Attendance.person_id == person_id)
        .where(Attendance.state.in_(ACTIVE), Session.ends_at > uow.now)
        .order_by(Session.starts_at)
    )
    for session_id in (await uow.db.scalars(attended)).all():
        await leave_session(uow, session_id, person_id)


async def on_date(uow: UnitOfWork, fact: SessionPublished | SessionReceived) -> None:
    """There is a new date of a series that some of our people are in; they get their places soon."""
    session = fact.session
    if session.series_id is None or (isinstance(fact, SessionReceived) and not fact.is_new):
        return
    members = exists().where(SeriesMember.series_id == session.series_id)
    if session.ends_at <= uow.now or not await uow.db.scalar(select(members)):
        return
    row = insert(uow.db, SeriesDate).values(session_id=session.id, joins_after=0, is_quiet=False)
    await uow.db.execute(row.on_conflict_do_update(index_elements=["session_id"], set_={"joins_after": 0}))


async def is_anybody_to_join(db: AsyncSession) -> bool:
    """Whether `join_members` would find a date."""
    return bool(await db.scalar(select(exists().where(SeriesDate.joins_after.is_not(None)))))


async def join_members(uow: UnitOfWork) -> int:
    """Gives a few people of a series their place at a new date; 0 when nobody waits for one.

    Goes on where it was stopped. Whoever has said anything about this date already is left alone.
    """
    waiting = select(SeriesDate).where(SeriesDate.joins_after.is_not(None))
    work = await uow.db.scalar(waiting.order_by(SeriesDate.session_id).limit(1).with_for_update())
    if work is None:
        return 0
    session = await uow.db.get(Session, work.session_id)
    members = await _members_without_place(uow.db, session, work.joins_after or 0) if session else []
    for person_id in members:
        await _join_date(uow, work.session_id, person_id)
    if len(members) == AT_ONCE:
        work.joins_after = members[-1]
    else:
        work.joins_after = None
        if not work.is_quiet:
            await uow.db.delete(work)
    await uow.db.flush()
    return 1


async def _dates_to_join(uow: UnitOfWork, series_id: int, person_id: int, *, again: bool) -> list[int]:
    own = and_(Attendance.session_id == Session.id, Attendance.person_id == person_id)
    free = or_(Attendance.id.is_(None), Attendance.state == "left") if again else Attendance.id.is_(None)
    rows = await uow.db.scalars(
        select(Session.id)
        .outerjoin(Attendance, own)
        .where(
            Session.series_id == series_id,
            visible_sessions(employee_viewer(person_id)),
            Session.ends_at > uow.now,
            free,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(MOST_PLACES)
    )
    return list(rows.all())


async def _join_date(uow: UnitOfWork, session_id: int, person_id: int) -> None:
    """Unless there are no places to be had, or the person has enough of this series."""
    series_id = await uow.db.scalar(select(Session.series_id).where(Session.id == session_id))
    if series_id is None or await _places(uow, series_id, person_id) >= MOST_PLACES:
        return
    try:
        async with uow.attempt():
            await join_session(uow, session_id, person_id)
    except AllianceError:
        return


async def _members_without_place(db: AsyncSession, session: Session, after: int) -> list[int]:
    own = and_(Attendance.session_id == session.id, Attendance.person_id == SeriesMember.person_id)
    rows = await db.scalars(
        select(SeriesMember.person_id)
        .join(Person, Person.id == SeriesMember.person_id)
        .join(Employee, Employee.id == SeriesMember.person_id)
        .where(SeriesMember.series_id == session.series_id, SeriesMember.person_id > after)
        .where(Person.gone_at.is_(None), Employee.disabled_at.is_(None))
        .where(~exists().where(own))
        .order_by(SeriesMember.person_id)
        .limit(AT_ONCE)
    )
    return list(rows.all())


async def _places(uow: UnitOfWork, series_id: int, person_id: int) -> int:
    """At how many dates to come this person has a place, waits or has asked."""
    taken = (
        select(func.count())
        .select_from(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .where(Session.series_id == series_id, Session.ends_at > uow.now)
        .where(Attendance.person_id == person_id, Attendance.state.in_(ACTIVE))
    )
    return await uow.db.scalar(taken) or 0


LISTENERS: dict[type[Fact], list[Listener]] = {SessionPublished: [on_date], SessionReceived: [on_date]}
