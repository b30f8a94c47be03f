"""Whether a mail that waited is still for the one whom it was written for."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.circle_visibility import visible_circles
from alliance.mail_queue import MOST_BOUNCES, trouble_of
from alliance.mailing import wishes_of
from alliance.models import Attendance, Circle, CoHost, Comment, Guest, Mail, Person, Session
from alliance.newsletter import TEST_KIND
from alliance.notice_kinds import choice_of_kind
from alliance.queries.letters import letter_with
from alliance.queries.newsletter import KIND
from alliance.subscribing import CONFIRM_KIND, is_waited_for
from alliance.visibility import employee_viewer, once_visible_sessions, visible_comments

_REMINDERS = ("reminder_day", "reminder_hour")
_COMMENTS = ("comment", "reply", "mention", "thanks")
# What takes something back is for whoever had it, also when they no longer may see the rest.
_GOODBYES = ("left", "declined", "cancelled", "withdrawn", "postponed", "hosting_over")


async def is_still_wanted(db: AsyncSession, mail: Mail, now: datetime) -> bool:
    """False when the account is closed, the address dead, the kind switched off, or it came to nothing.

    Whoever may no longer see a session is told nothing of it but that it is off.
    """
    if mail.guest is not None:
        return is_wanted_by_guest(mail, mail.guest, now)
    reader = mail.reader
    trouble = await trouble_of(db, reader.id)
    if reader.disabled_at is not None or (trouble and trouble.bounces >= MOST_BOUNCES):
        return False
    wish = (await wishes_of(db, mail.kind, [reader.id])).get(reader.id)
    if wish is None or not wish.by_mail:
        return False
    if mail.kind in (KIND, TEST_KIND):
        return is_going_out(mail)
    if mail.kind == "webhook_ended":
        return True
    if mail.session_id is None:
        return mail.sealed is not None or await _is_in_circle(db, mail) or await _is_unread(db, mail)
    return await _may_know(db, mail) and await _holds(db, mail, now)


def is_wanted_by_guest(mail: Mail, guest: Guest, now: datetime) -> bool:
    """Guests get what they said yes to, and the question whether they do."""
    if mail.kind == CONFIRM_KIND:
        return guest.wanted is not None and is_waited_for(guest, now)
    return guest.confirmed_at is not None and guest.bounces < MOST_BOUNCES and is_going_out(mail)


def is_going_out(mail: Mail) -> bool:
    """Whether nobody has stopped this edition; what an editor looks at beforehand is of none."""
    # While the last mail is handed over nothing waits and the edition ends; it may still have to wait.
    return mail.edition.state != "stopped" if mail.edition is not None else mail.kind == TEST_KIND


async def _is_in_circle(db: AsyncSession, mail: Mail) -> bool:
    """Mails about a learning circle are for who is in it; that there is none, for who has none."""
    if choice_of_kind(mail.kind) != "circle":
        return False
    viewer, circle_id = employee_viewer(mail.reader.id), mail.data.get("circle")
    if circle_id is None:
        return True
    own = select(Circle.id).where(Circle.id == circle_id, visible_circles(viewer))
    return await db.scalar(own) is not None


async def _is_unread(db: AsyncSession, mail: Mail) -> bool:
    letter = await letter_with(db, mail.data.get("letter"))
    return letter is not None and letter.receiver_id == mail.employee_id and letter.read_at is None


async def _may_know(db: AsyncSession, mail: Mail) -> bool:
    if mail.kind in _GOODBYES:
        return True
    viewer = employee_viewer(mail.reader.id)
    seen = select(Session.id).where(Session.id == mail.session_id, once_visible_sessions(viewer))
    if await db.scalar(seen) is None:
        return False
    if mail.kind not in _COMMENTS:
        return True
    readable = (
        select(Comment.id)
        .join(Session, Session.id == Comment.session_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.id == mail.comment_id, visible_comments(viewer))
    )
    return await db.scalar(readable) is not None


async def _holds(db: AsyncSession, mail: Mail, now: datetime) -> bool:
    session, attendance = mail.session, mail.attendance
    if session is None:
        return False
    if mail.kind in _REMINDERS:
        takes_place = session.status == "scheduled" and session.withdrawn_at is None
        in_time = session.starts_at == mail.occasion and now < session.starts_at
        return takes_place and in_time and attendance is not None and attendance.state == "going"
    if mail.method == "REQUEST":
        is_on = session.status in ("scheduled", "tentative") and session.withdrawn_at is None
        return is_on and attendance is not None and attendance.state == "going"
    if mail.kind == "hosting":
        waits = exists().where(CoHost.session_id == session.id, CoHost.person_id == mail.employee_id)
        return bool(await db.scalar(select(waits.where(CoHost.state == "asked"))))
    if mail.kind == "request":
        asks = exists().where(Attendance.session_id == session.id, Attendance.state == "asked")
        return bool(await db.scalar(select(asks)))
    return True
