"""Reminds our people of the sessions that they go to, a day and an hour before, each once.

A row of the mail queue is the memory, also for those who want no mail; a session that moves is a new
occasion.
"""

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from alliance.mailing import Recipient, show, wishes_of
from alliance.models import Attendance, Employee, Mail, Session
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

AHEAD = {"reminder_day": timedelta(days=1), "reminder_hour": timedelta(hours=1)}
CHUNK = 500


async def remind(uow: UnitOfWork) -> int:
    """Queues what is due now, at most 500 of each kind; how many places were looked at."""
    return sum([await _remind(uow, kind, ahead) for kind, ahead in AHEAD.items()])


async def _remind(uow: UnitOfWork, kind: str, ahead: timedelta) -> int:
    known = exists().where(
        Mail.attendance_id == Attendance.id, Mail.kind == kind, Mail.occasion == Session.starts_at
    )
    rows = await uow.db.scalars(
        select(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .join(Employee, Employee.id == Attendance.person_id)
        .where(
            Attendance.state == "going",
            Employee.disabled_at.is_(None),
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Session.starts_at > uow.now,
            Session.starts_at <= uow.now + ahead,
            ~known,
        )
        .order_by(Session.starts_at, Attendance.id)
        .limit(CHUNK)
        .options(joinedload(Attendance.session))
    )
    places = list(rows.all())
    wishes = await wishes_of(uow.db, kind, [place.person_id for place in places])
    for place in places:
        wish = wishes.get(place.person_id)
        # Whoever joined a moment ago needs no reminder.
        is_due = wish is not None and place.since < place.session.starts_at - ahead
        by_mail = is_due and wish is not None and wish.by_mail and uow.settings.smtp is not None
        is_new = await note_occasion(uow, kind, place, by_mail=by_mail)
        if is_new and is_due and wish is not None and wish.in_app:
            await show(uow, kind, [place.person_id], place.session)
    return len(places)


async def note_occasion(uow: UnitOfWork, kind: str, place: Attendance, *, by_mail: bool) -> bool:
    """Whether this is the first time that it is noted."""
    one = Recipient(place.person_id, place.id)
    row = insert(uow.db, Mail).values(
        id=uow.new_id(),
        kind=kind,
        employee_id=one.employee_id,
        session_id=place.session_id,
        attendance_id=one.attendance_id,
        occasion=place.session.starts_at,
        data={},
        state="waiting" if by_mail else "unwanted",
        due_at=uow.now,
        attempts=0,
        last_error="",
    )
    made = await uow.db.execute(row.on_conflict_do_nothing().returning(Mail.id))
    return made.scalar() is not None
