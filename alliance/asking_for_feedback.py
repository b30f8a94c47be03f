"""Asks our people after a session whether it helped them, each once.

A row of the mail queue is the memory, as with reminders, also for those who want no mail. It says that
somebody was asked, never whether they answered.
"""

from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from alliance.mailing import show, wishes_of
from alliance.models import Attendance, Employee, Mail, Partner, Session
from alliance.reminding import note_occasion
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import hosts_of

CHUNK = 500
_AFTER = timedelta(minutes=5)
_LATELY = timedelta(days=1)
_LONGEST = timedelta(days=3)


async def ask_for_feedback(uow: UnitOfWork) -> int:
    """Asks whoever was going to what ended within a day, at most 500; how many places were looked at."""
    known = exists().where(
        Mail.attendance_id == Attendance.id, Mail.kind == "feedback", Mail.occasion == Session.starts_at
    )
    allied = exists().where(Partner.company_id == Session.company_id, Partner.state == "allied")
    rows = await uow.db.scalars(
        select(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .join(Employee, Employee.id == Attendance.person_id)
        .where(
            Attendance.state == "going",
            Employee.disabled_at.is_(None),
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Session.starts_at > uow.now - _LONGEST,
            Session.starts_at <= uow.now,
            Session.ends_at > uow.now - _LATELY,
            Session.ends_at <= uow.now - _AFTER,
            or_(Session.uri.is_(None), allied),
            ~known,
        )
        .order_by(Session.starts_at, Attendance.id)
        .limit(CHUNK)
        .options(joinedload(Attendance.session))
    )
    places = list(rows.all())
    wishes = await wishes_of(uow.db, "feedback", [place.person_id for place in places])
    for place in places:
        wish = wishes.get(place.person_id)
        is_asked = wish is not None and place.person_id not in hosts_of(place.session)
        by_mail = is_asked and wish is not None and wish.by_mail and uow.settings.smtp is not None
        is_new = await note_occasion(uow, "feedback", place, by_mail=by_mail)
        if is_new and is_asked and wish is not None and wish.in_app:
            await show(uow, "feedback", [place.person_id], place.session)
    return len(places)
