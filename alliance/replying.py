"""Follows what people answer from their calendars by mail, and counts what could not be delivered to them.

Who answers is proved by an address that only they were told (see `web.mail.tokens`), never by a From. Each
mail is followed once: its key is written in the transaction of what it brings about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.attending import consider_session, join_session, leave_session
from alliance.calendars import calendar_uid
from alliance.contacting import TEXT_LIMIT, write_letter
from alliance.errors import AllianceError
from alliance.identifiers import first_identifier_of
from alliance.mail_queue import finish
from alliance.models import Attendance, CalendarEntry, Employee, Letter, Mail, ReceivedMail, Session
from alliance.queries.sessions import locked_session
from alliance.retention import kept_for
from alliance.subscribing import note_return
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

Said = Literal["accepted", "declined", "tentative"]
MOST_A_DAY = 20
"""Answers to one invitation that are followed in a day: programs may quarrel with each other."""
_CHUNK = 500


@dataclass(frozen=True)
class Answer:
    """What a calendar answers (METHOD:REPLY, RFC 5546 section 3.2.3): to what, in whose name, when."""

    uid: str
    attendee: str
    said: Said
    sequence: int
    stamped_at: datetime


async def attendance_answered(
    db: AsyncSession, attendance_id: int, answer: Answer, host: str
) -> Attendance | None:
    """The attendance that an answer is about; None unless UID and ATTENDEE are those of its invitation.

    Whoever got an invitation passed on answers in a name of their own, and changes nothing.
    """
    row = (
        await db.execute(
            select(Attendance, Session, Employee)
            .join(Session, Session.id == Attendance.session_id)
            .join(Employee, Employee.id == Attendance.person_id)
            .where(Attendance.id == attendance_id)
        )
    ).first()
    if row is None:
        return None
    attendance, session, employee = row
    is_theirs = answer.attendee.casefold() == employee.email.casefold() and employee.disabled_at is None
    return attendance if is_theirs and answer.uid == calendar_uid(session, host) else None


async def follow_answer(uow: UnitOfWork, key: str, attendance: Attendance, answer: Answer) -> str:
    """Joins, leaves or considers as the person answered; what came of it, or "" for a mail read before."""
    if not await _remember(uow, key, "refused"):
        return ""
    # As every verb does, so that whatever concerns one session happens one after the other.
    await locked_session(uow.db, attendance.session_id)
    entry = await uow.db.get(CalendarEntry, attendance.id, populate_existing=True)
    outcome = "refused"
    if not await _is_latest(uow, attendance.id, answer, entry):
        outcome = "stale"
    elif await _count_today(uow, attendance.id) < MOST_A_DAY and await _obey(uow, attendance, answer.said):
        outcome = "followed"
    row = await uow.db.get_one(ReceivedMail, key)
    row.outcome, row.attendance_id = outcome, attendance.id
    if outcome == "followed":
        row.stamped_at, row.sequence = min(answer.stamped_at, uow.now), answer.sequence
        # Facts are heard before the calendar's own number is read.
        await uow.hear()
        after = await uow.db.get(CalendarEntry, attendance.id)
        row.sequence_after = after.sequence if after is not None else None
    await uow.db.flush()
    return outcome


async def pass_on(uow: UnitOfWork, key: str, attendance_id: int, sender: str, words: str) -> str:
    """What somebody wrote in answer to an invitation goes to the host as a letter, without an address.

    `sender` has to be the address that the invitation went to. The host answers here; hosts of other
    companies are not reached.
    """
    found = (
        await uow.db.execute(
            select(Employee.email, Employee.id, Session.host_id)
            .join(Attendance, Attendance.person_id == Employee.id)
            .join(Session, Session.id == Attendance.session_id)
            .where(Attendance.id == attendance_id, Session.uri.is_(None))
        )
    ).first()
    email, sender_id, host_id = found or ("", 0, None)
    if host_id is None or email.casefold() != sender.casefold():
        return "unused"
    return await _write(uow, key, sender_id, host_id, words)


async def answer_letter(uow: UnitOfWork, key: str, letter_id: int, sender: str, words: str) -> str:
    """What somebody wrote in answer to the mail about a letter goes back to whoever wrote that.

    As on the page: it may be a colleague, or somebody of an allied company. `sender` has to be the address of
    the one who got the letter.
    """
    found = (
        await uow.db.execute(
            select(Employee.email, Employee.id, Letter.sender_id)
            .join(Letter, Letter.receiver_id == Employee.id)
            .where(Letter.id == letter_id)
        )
    ).first()
    email, receiver_id, writer_id = found or ("", 0, 0)
    if found is None or email.casefold() != sender.casefold():
        return "unused"
    return await _write(uow, key, receiver_id, writer_id, words)


async def _write(uow: UnitOfWork, key: str, sender_id: int, receiver_id: int, words: str) -> str:
    if not await _remember(uow, key, "unused"):
        return ""
    try:
        async with uow.attempt():
            await write_letter(uow, sender_id, receiver_id, words[:TEXT_LIMIT])
    except AllianceError:
        return "unused"
    (await uow.db.get_one(ReceivedMail, key)).outcome = "followed"
    await uow.db.flush()
    return "followed"


async def count_bounce(uow: UnitOfWork, key: str, mail_id: int, error: str) -> str:
    """A mail of ours came back for good, after the server had taken it; each of ours counts once."""
    if not await _remember(uow, key, "unused"):
        return ""
    mail = await uow.db.scalar(
        select(Mail).where(Mail.id == mail_id, Mail.state == "sent").options(joinedload(Mail.employee))
    )
    if mail is None:
        return "unused"
    await finish(uow, mail.id, "failed", error)
    await note_return(uow, mail, error)
    (await uow.db.get_one(ReceivedMail, key)).outcome = "bounced"
    await uow.db.flush()
    return "bounced"


async def forget_received_mails(uow: UnitOfWork) -> int:
    """What was read is forgotten: nobody's mail program sends that late."""
    kept = kept_for(uow.settings.retention, "received_mail")
    old = (
        select(ReceivedMail.key)
        .where(ReceivedMail.id < first_identifier_of(uow.now - kept))
        .order_by(ReceivedMail.id)
        .limit(_CHUNK)
    )
    keys = list((await uow.db.scalars(old)).all())
    if keys:
        gone = delete(ReceivedMail).where(ReceivedMail.key.in_(keys))
        await uow.db.execute(gone.execution_options(synchronize_session=False))
    return len(keys)


async def _remember(uow: UnitOfWork, key: str, outcome: str) -> bool:
    """Waits for whoever reads the same mail at this moment; False when somebody has."""
    row = {"key": key, "id": uow.new_id(), "outcome": outcome}
    made = await uow.db.execute(
        insert(uow.db, ReceivedMail).values(row).on_conflict_do_nothing().returning(ReceivedMail.key)
    )
    return made.first() is not None


async def _is_latest(
    uow: UnitOfWork, attendance_id: int, answer: Answer, entry: CalendarEntry | None
) -> bool:
    """Whether an answer is about what the calendar was told last, and not older than one that was followed.

    Following an answer tells the calendar something itself. So of two answers to one invitation the later
    counts, too, in whatever order they arrive, as long as nothing else has happened in between.
    """
    if entry is None:
        return False
    last = await uow.db.scalar(
        select(ReceivedMail)
        .where(ReceivedMail.attendance_id == attendance_id, ReceivedMail.outcome == "followed")
        .order_by(ReceivedMail.id.desc())
        .limit(1)
    )
    is_after = last is None or last.stamped_at is None or answer.stamped_at >= last.stamped_at
    if answer.sequence == entry.sequence:
        return is_after or (last is not None and last.sequence != answer.sequence)
    is_same = last is not None and last.sequence == answer.sequence
    return is_after and is_same and last is not None and last.sequence_after == entry.sequence


async def _count_today(uow: UnitOfWork, attendance_id: int) -> int:
    since = first_identifier_of(uow.now - timedelta(days=1))
    counted = select(func.count()).where(
        ReceivedMail.attendance_id == attendance_id, ReceivedMail.id >= since
    )
    return await uow.db.scalar(counted) or 0


async def _obey(uow: UnitOfWork, attendance: Attendance, said: Said) -> bool:
    """The same verbs as the buttons; False where the session does not allow it any more."""
    verb = {"accepted": join_session, "declined": leave_session, "tentative": consider_session}[said]
    try:
        async with uow.attempt():
            await verb(uow, attendance.session_id, attendance.person_id)
    except AllianceError:
        return False
    return True
