"""When the calendars of those who joined a series hear of its dates: not of a dozen at once.

A message can't bring several appointments (RFC 5546 section 3.2.2: all events of a REQUEST have one UID, and
each date has its own), and Outlook opens a file with several as another calendar. So the mail about the next
date goes out at once and names the others; each of them goes into the calendar two weeks before it begins.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import joinedload

from alliance.calendars import invite
from alliance.mailing import Recipient, tell
from alliance.models import Attendance, CalendarEntry, Person, SeriesMember, Session
from alliance.places import ACTIVE
from alliance.unit_of_work import UnitOfWork

EARLY = timedelta(days=14)
AT_ONCE = 50
MOST_NAMED = 12


async def waits_for_its_turn(uow: UnitOfWork, session: Session, person_id: int) -> bool:
    """Whether this date of a series that the person is in is for their calendar later: it is more than two
    weeks away, and not their next one."""
    if session.series_id is None or session.starts_at <= uow.now + EARLY:
        return False
    if not await is_member(uow, session, person_id):
        return False
    earlier = (
        select(Session.id)
        .join(Attendance, Attendance.session_id == Session.id)
        .where(
            Session.series_id == session.series_id,
            Session.starts_at < session.starts_at,
            Session.ends_at > uow.now,
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Attendance.person_id == person_id,
            Attendance.state.in_(ACTIVE),
        )
    )
    return bool(await uow.db.scalar(select(earlier.exists())))


async def is_member(uow: UnitOfWork, session: Session, person_id: int) -> bool:
    """Whether somebody joined the series of this session."""
    joined = exists().where(SeriesMember.series_id == session.series_id, SeriesMember.person_id == person_id)
    return session.series_id is not None and bool(await uow.db.scalar(select(joined)))


async def dates_named(uow: UnitOfWork, session: Session, person_id: int) -> dict[str, Any]:
    """What the mail about the next date says of the later ones: their beginnings in ISO 8601."""
    later = await uow.db.scalars(
        select(Session.starts_at)
        .join(Attendance, Attendance.session_id == Session.id)
        .where(
            Session.series_id == session.series_id,
            Session.starts_at > session.starts_at,
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Attendance.person_id == person_id,
            Attendance.state.in_(ACTIVE),
        )
        .order_by(Session.starts_at)
        .limit(MOST_NAMED)
    )
    return {"dates": [moment.isoformat() for moment in later.all()]}


async def invite_to_next_dates(uow: UnitOfWork) -> int:
    """Puts dates of series that begin within two weeks into calendars that do not have them; how many."""
    entry = and_(CalendarEntry.attendance_id == Attendance.id)
    rows = await uow.db.scalars(
        select(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Session.starts_at > uow.now,
            Session.starts_at <= uow.now + EARLY,
            Session.series_id.is_not(None),
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Attendance.state == "going",
            Person.uri.is_(None),
            Person.gone_at.is_(None),
            ~exists().where(entry),
        )
        .order_by(Session.starts_at, Attendance.id)
        .limit(AT_ONCE)
        .options(joinedload(Attendance.session))
    )
    waiting = rows.all()
    for attendance in waiting:
        sequence = invite(uow, attendance.session, attendance, None)
        one = Recipient(attendance.person_id, attendance.id, "REQUEST", sequence)
        await tell(uow, "series_date", [one], attendance.session, in_app=False)
    await uow.db.flush()
    return len(waiting)
